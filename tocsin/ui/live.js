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
function patch(live, wanted, busy) {
  const next = [...wanted.childNodes]
  while (live.childNodes.length > next.length) live.lastChild.remove()
  next.forEach((node, place) => {
    const old = live.childNodes[place]
    if (!old) live.append(node)
    else if (old.nodeName !== node.nodeName || old.nodeType !== node.nodeType) old.replaceWith(node)
    else if (node.nodeType === 1) patchElement(old, node, busy)
    else if (old.nodeValue !== node.nodeValue) old.nodeValue = node.nodeValue
  })
}

function patchElement(live, wanted, busy) {
  const same = (key) => live.getAttribute(key) === wanted.getAttribute(key)
  const mine = live.dataset?.of !== wanted.dataset?.of || live.dataset?.set !== wanted.dataset?.set
  if (mine) { live.replaceWith(wanted); return }
  // A slider that is moved on while an answer comes: the answer is to where it was.
  if (live.classList.contains("slider") && busy(live.querySelector("input"))) return
  const ours = (name) => name === "hidden" || (live.nodeName === "DETAILS" && name === "open")
  for (const { name } of [...live.attributes])
    if (!wanted.hasAttribute(name) && !ours(name)) live.removeAttribute(name)
  for (const { name, value } of wanted.attributes) if (!same(name) && !ours(name)) live.setAttribute(name, value)
  patch(live, wanted, busy)
  if (live.nodeName === "INPUT" && live.type === "range") live.value = wanted.getAttribute("value")
  if (live.nodeName === "SELECT") {
    const chosen = [...live.options].findIndex((option) => option.hasAttribute("selected"))
    if (chosen >= 0 && live.selectedIndex !== chosen) live.selectedIndex = chosen
  }
}

function begun(root) {
  const bench = {
    queue: [], sent: null, waiting: 0, number: 0, timer: 0, shown: {},
    gesture: Date.now(), held: null, keyed: null, at: 0
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
  const turned = (control) => put({
    gesture: bench.gesture, set: control.dataset.set, of: control.dataset.of, value: control.value })
  bench.busy = (control) => control === bench.held ||
    [...bench.queue, ...(bench.sent ? [bench.sent] : [])].some(
      ({ of, set }) => of === control.dataset.of && set === control.dataset.set)
  bench.heard = (seen) => {
    bench.number = Math.max(bench.number, seen)
    if (bench.waiting && seen >= bench.waiting) { clearTimeout(bench.timer); bench.waiting = 0; bench.sent = null }
  }
  bench.next = send
  const find = root.querySelector(".find")
  find.value = sessionStorage.getItem(FIND) ?? ""
  root.addEventListener("pointerdown", (event) => {
    if (event.target.type !== "range") return
    bench.held = event.target
    bench.keyed = null
    bench.gesture += 1
  })
  for (const end of ["pointerup", "pointercancel"]) root.addEventListener(end, () => { bench.held = null })
  root.addEventListener("input", (event) => {
    const control = event.target
    if (control === find) { sessionStorage.setItem(FIND, find.value); sought(root, find.value); return }
    if (control.type !== "range") return
    if (control !== bench.held) {
      // By keys: presses that follow one another are one step, as a drag is.
      if (bench.keyed !== control || event.timeStamp - bench.at > PAUSE) bench.gesture += 1
      bench.keyed = control
      bench.at = event.timeStamp
    }
    const output = control.closest("label")?.querySelector("output")
    if (output) output.textContent = `${control.value}\u00a0%`
    control.setAttribute("aria-valuetext", `${control.value} %`)
    turned(control)
  })
  root.addEventListener("change", (event) => {
    const control = event.target
    // A slider has told each of its places as it came there.
    if (!control.dataset?.set || control.type === "range") return
    bench.gesture += 1
    turned(control)
  })
  const ask = ({ dataset }) => put({ gesture: ++bench.gesture, ask: dataset.ask, of: dataset.of })
  root.addEventListener("click", (event) => {
    const asked = event.target.closest?.("[data-ask]")
    if (asked && !asked.disabled) ask(asked)
    const turn = event.target.closest?.("button[data-set]")
    if (turn) { bench.gesture += 1; turned(turn) }
  })
  root.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && event.target.type !== "search") {
      event.preventDefault()
      put({ gesture: ++bench.gesture, ask: event.shiftKey ? "redo" : "undo" })
    }
  })
  return bench
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
  root.bench ??= begun(root)
  const { bench } = root
  const first = !bench.emit
  bench.emit = setStateValue
  const { seen, drawing, figures, ...parts } = data
  bench.heard(seen)
  for (const [name, html] of Object.entries(parts)) {
    if (bench.shown[name] === html) continue
    bench.shown[name] = html
    patch(root.querySelector(`[data-part="${name}"]`), parsed(html), bench.busy)
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
  bench.next()
}
