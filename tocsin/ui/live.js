// The live panel: patch what changed, send what was turned, one event at a time.

const PATIENCE = 10000  // milliseconds after which an answer is taken for lost
const PAUSE = 1200  // milliseconds without a key after which the next one begins another step to undo
const NARROW = "(max-width: 900px)"
const FIND = "tocsin-find"

function parsed(html) {
  const holder = document.createElement("template")
  holder.innerHTML = html
  return holder.content
}

// Make the live children those of the wanted node, keeping every element that can stay: focus, drags, scrolling.
// An element with a key is moved to its new place and not written anew.
function patch(live, wanted, busy, keyed) {
  const next = [...wanted.childNodes]
  next.forEach((node, place) => {
    const mine = keyed.get(node.dataset?.key)
    if (mine && live.childNodes[place] !== mine) live.insertBefore(mine, live.childNodes[place] ?? null)
    const old = live.childNodes[place]
    if (!mine && (node.dataset?.key || old?.dataset?.key)) {
      // A new group may get rows that are there already.
      const fresh = node.cloneNode(false)
      live.insertBefore(fresh, old ?? null)
      patch(fresh, node, busy, keyed)
    } else if (!old) live.append(node)
    else if (old.nodeName !== node.nodeName || old.nodeType !== node.nodeType) old.replaceWith(node)
    else if (node.nodeType === 1) patchElement(old, node, busy, keyed)
    else if (old.nodeValue !== node.nodeValue) old.nodeValue = node.nodeValue
  })
  while (live.childNodes.length > next.length) live.lastChild.remove()
}

function patchElement(live, wanted, busy, keyed) {
  const same = (key) => live.getAttribute(key) === wanted.getAttribute(key)
  const mine = live.dataset?.of !== wanted.dataset?.of || live.dataset?.set !== wanted.dataset?.set
  if (mine) { live.replaceWith(wanted); return }
  // A boundary that is moved on while an answer comes: the answer is to where it was.
  if (live.classList.contains("states") && [...live.querySelectorAll(".edge")].some(busy)) return
  const ours = (name) => name === "hidden" || (live.nodeName === "DETAILS" && name === "open")
  for (const { name } of [...live.attributes])
    if (!wanted.hasAttribute(name) && !ours(name)) live.removeAttribute(name)
  for (const { name, value } of wanted.attributes) if (!same(name) && !ours(name)) live.setAttribute(name, value)
  patch(live, wanted, busy, keyed)
  // What is being typed stays until it is entered.
  if (live.nodeName === "INPUT" && !live.typing) live.value = wanted.getAttribute("value")
  if (live.nodeName === "SELECT") {
    const chosen = [...live.options].findIndex((option) => option.hasAttribute("selected"))
    if (chosen >= 0 && live.selectedIndex !== chosen) live.selectedIndex = chosen
  }
}

// A whole part anew: the focus stays, and the row that was touched stays in sight where it has gone to another place.
function redraw(part, html, bench) {
  const keyed = new Map([...part.querySelectorAll("[data-key]")].map((held) => [held.dataset.key, held]))
  const focus = part.contains(document.activeElement) ? document.activeElement : null
  const row = keyed.get(`row ${bench.touched}`)
  const home = row?.parentElement
  patch(part, parsed(html), bench.busy, keyed)
  if (focus && document.activeElement !== focus) {
    const place = focus.isConnected ? focus : row?.querySelector("select")
    place?.focus({ preventScroll: true })
  }
  if (row?.isConnected && row.parentElement !== home) row.scrollIntoView({ block: "nearest" })
}

// The boundaries of a bar, and the bar drawn for where they are, before the server has answered.
const edgesOf = (states) => [...states.querySelectorAll(".edge")]
const placeOf = (edge) => Number(edge.getAttribute("aria-valuenow"))

function moved(edge, wanted) {
  const states = edge.closest(".states")
  const edges = edgesOf(states)
  const number = edges.indexOf(edge)
  const least = number ? placeOf(edges[number - 1]) : 0
  const most = number + 1 < edges.length ? placeOf(edges[number + 1]) : 100
  const place = Math.min(Math.max(Math.round(wanted), least), most)
  if (place === placeOf(edge)) return false
  edge.setAttribute("aria-valuenow", place)
  const places = [0, ...edges.map(placeOf), 100]
  const shares = places.slice(1).map((end, k) => end - places[k])
  edges.forEach((boundary, k) => {
    const { left, right } = boundary.dataset
    boundary.style.left = `${places[k + 1]}%`
    boundary.setAttribute("aria-valuemin", places[k])
    boundary.setAttribute("aria-valuemax", places[k + 2])
    boundary.setAttribute("aria-valuetext", `${left} ${shares[k]} %, ${right} ${shares[k + 1]} %`)
  })
  states.querySelectorAll(".stacked > span").forEach((part, k) => { part.style.width = `${shares[k]}%` })
  states.querySelectorAll(".names small").forEach((text, k) => { text.textContent = `${shares[k]}\u00a0%` })
  return true
}

// Of boundaries that lie on each other, the one that can go the way of the hand.
function grabbed(edge, forth) {
  const heap = edgesOf(edge.closest(".states")).filter((near) => Math.abs(placeOf(near) - placeOf(edge)) <= 2)
  return forth ? heap.at(-1) : heap[0]
}

// What is under way outlives the elements: while several runs come fast, Streamlit may make all of them anew.
function begun() {
  const bench = {
    root: null, queue: [], sent: null, waiting: 0, number: 0, timer: 0, shown: {},
    gesture: Date.now(), held: null, from: null, keyed: null, at: 0, pause: 0, touched: null, focus: null, top: 0
  }
  const send = () => {
    if (bench.waiting || !bench.queue.length) return
    bench.waiting = ++bench.number
    bench.sent = bench.queue.shift()
    bench.emit("event", { n: bench.waiting, ...bench.sent })
    bench.timer = setTimeout(() => { bench.waiting = 0; bench.sent = null; send() }, PATIENCE)
  }
  const put = (event) => {
    const last = bench.queue.at(-1)
    // Of a drag only the newest place matters.
    if (last && last.gesture === event.gesture && last.set === event.set && last.of === event.of) bench.queue.pop()
    bench.queue.push(event)
    send()
  }
  const touch = (control) => { bench.touched = control.closest(".bench-side") ? control.dataset.of : null }
  const turned = (control, value = control.value) => {
    touch(control)
    bench.gesture += 1
    put({ gesture: bench.gesture, set: control.dataset.set, of: control.dataset.of, value })
  }
  const slid = (edge, wanted) => {
    if (!edge || !moved(edge, wanted)) return
    const { set, of } = edge.dataset
    touch(edge)
    put({ gesture: bench.gesture, set, of, value: String(placeOf(edge)), moving: true })
  }
  // A gesture is at its end: the rest of the page may follow.
  const rested = () => {
    clearTimeout(bench.pause)
    const last = bench.queue.at(-1)
    if (last?.moving) last.moving = false
    else put({ gesture: bench.gesture, ask: "rest" })
  }
  bench.busy = (control) => [bench.held, ...bench.queue, bench.sent].filter(Boolean).some(
    ({ of, set }) => of === control.dataset.of && set === control.dataset.set)
  bench.heard = (seen) => {
    bench.number = Math.max(bench.number, seen)
    if (bench.waiting && seen >= bench.waiting) { clearTimeout(bench.timer); bench.waiting = 0; bench.sent = null }
  }
  bench.next = send
  bench.again = () => { if (bench.waiting) bench.emit("event", { n: bench.waiting, ...bench.sent }) }
  Object.assign(bench, { put, touch, turned, slid, rested })
  const control = ({ of, set }) => bench.root.querySelector(`[data-of="${of}"][data-set="${set}"]`)
  bench.control = control
  const placed = (edge, x) => {
    const { left, width } = edge.parentElement.getBoundingClientRect()
    return (100 * (x - left)) / width
  }
  document.addEventListener("pointermove", (event) => {
    const edge = bench.held && control(bench.held)
    if (!edge) return
    if (bench.from !== null) {
      if (event.clientX === bench.from) return
      const { of, set } = grabbed(edge, event.clientX > bench.from).dataset
      bench.held = { of, set }
      bench.from = null
      control(bench.held).focus({ preventScroll: true })
    }
    slid(control(bench.held), placed(edge, event.clientX))
  })
  for (const end of ["pointerup", "pointercancel"])
    document.addEventListener(end, () => {
      const was = bench.held
      bench.held = null
      if (was && bench.from === null) rested()
    })
  return bench
}

// The controls of a panel that is there for the first time.
const INTRODUCED = "tocsin-introduced"

// The first steps are shown until a reader has put them away, where the browser lets us remember that.
function introduced(root, bench) {
  const first = root.querySelector(".first")
  const kept = () => { try { return localStorage.getItem(INTRODUCED) } catch { return null } }
  const keep = () => { try { localStorage.setItem(INTRODUCED, "yes") } catch { /* for this visit only */ } }
  first.hidden = Boolean(bench.introduced || kept())
  first.querySelector("button").addEventListener("click", () => {
    bench.introduced = true
    first.hidden = true
    keep()
    root.querySelector(".find").focus({ preventScroll: true })
  })
}

function listen(root, bench) {
  introduced(root, bench)
  const { put, turned, slid, rested } = bench
  const find = root.querySelector(".find")
  find.value = sessionStorage.getItem(FIND) ?? ""
  root.addEventListener("pointerdown", (event) => {
    const edge = event.target.closest?.(".edge")
    if (!edge || event.button) return
    edge.setPointerCapture(event.pointerId)
    bench.held = { of: edge.dataset.of, set: edge.dataset.set }
    bench.from = event.clientX
    bench.keyed = null
    bench.gesture += 1
  })
  const KEYS = {
    ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10, Home: -100, End: 100 }
  root.addEventListener("keydown", (event) => {
    const edge = event.target.closest?.(".edge")
    const step = KEYS[event.key]
    if (!edge || !step || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    // Presses that follow one another are one step, as a drag is.
    const name = edge.dataset.of + edge.dataset.set
    if (bench.keyed !== name || event.timeStamp - bench.at > PAUSE) bench.gesture += 1
    bench.keyed = name
    bench.at = event.timeStamp
    slid(edge, placeOf(edge) + step)
    clearTimeout(bench.pause)
    bench.pause = setTimeout(rested, PAUSE)
  })
  root.addEventListener("input", (event) => {
    const control = event.target
    if (control === find) { sessionStorage.setItem(FIND, find.value); sought(root, find.value); return }
    control.typing = true
  })
  root.addEventListener("change", (event) => {
    const control = event.target
    control.typing = false
    if (control.dataset?.set) turned(control)
  })
  const ask = (control) => {
    bench.touch(control)
    put({ gesture: ++bench.gesture, ask: control.dataset.ask, of: control.dataset.of })
  }
  root.addEventListener("click", (event) => {
    const asked = event.target.closest?.("[data-ask]")
    if (asked && !asked.disabled) ask(asked)
    const turn = event.target.closest?.("button[data-set], span[data-value]")
    if (turn) turned(turn, turn.value ?? turn.dataset.value)
  })
  root.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && event.target.type !== "search") {
      event.preventDefault()
      put({ gesture: ++bench.gesture, ask: event.shiftKey ? "redo" : "undo" })
    }
  })
  root.addEventListener("focusin", ({ target }) => { bench.focus = target.dataset.of ? { ...target.dataset, value: target.value } : null })
  const side = root.querySelector(".bench-side")
  side.addEventListener("scroll", () => { if (side.isConnected) bench.top = side.scrollTop })
}

// Where all elements are new in the middle of some work: boundaries are where they were moved to since the answer that
// is drawn, since the next key counts from there; the same focus and the same rows are in sight.
function resumed({ root, control, focus, top, at, sent, queue, held }) {
  for (const event of [sent, ...queue]) {
    const edge = event?.moving !== undefined && control(event)
    if (edge) moved(edge, Number(event.value))
  }
  if (!sent && !held && performance.now() - at > PAUSE) return
  root.querySelector(".bench-side").scrollTop = top
  if (!focus?.set || document.activeElement !== document.body) return
  const same = [...root.querySelectorAll(`[data-of="${focus.of}"][data-set="${focus.set}"]`)]
  same.find((twin) => twin.tabIndex >= 0 && twin.value === focus.value)?.focus({ preventScroll: true })
}

// Rows without the words that are looked for go out of sight; groups that hold a hit are opened.
function sought(root, text) {
  const words = text.trim().toLowerCase().split(/\s+/).filter(Boolean)
  for (const row of root.querySelectorAll(".row")) {
    const label = `${row.querySelector("b")?.textContent} ${row.querySelector("select")?.title}`.toLowerCase()
    row.hidden = !words.every((word) => label.includes(word))
  }
  for (const group of root.querySelectorAll(".group:not(.explained)")) {
    const any = [...group.querySelectorAll(".row")].some((row) => !row.hidden)
    group.hidden = !any
    if (words.length && any && group.nodeName === "DETAILS") group.open = true
  }
}

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".bench")
  globalThis.tocsinBench ??= begun()
  const bench = globalThis.tocsinBench
  const first = bench.root !== root
  bench.emit = setStateValue
  const { seen, drawing, figures, ...parts } = data
  bench.heard(seen)
  if (first) {
    bench.root = root
    bench.shown = {}
    listen(root, bench)
    bench.again()
  }
  for (const [name, html] of Object.entries(parts)) {
    if (bench.shown[name] === html) continue
    bench.shown[name] = html
    redraw(root.querySelector(`[data-part="${name}"]`), html, bench)
    // What was left as it is gets the next answer, even the same one.
    if (bench.queue.length || bench.held) delete bench.shown[name]
  }
  const find = root.querySelector(".find").value
  if (first && matchMedia(NARROW).matches)
    for (const group of root.querySelectorAll("details.group"))
      group.open = group.querySelector("select option[selected]:not([value=unknown])") !== null
  if (find) sought(root, find)
  network(root.querySelector(".net"), drawing, figures)
  if (first) listFirst(root)
  if (first) resumed(bench)
  bench.next()
}
