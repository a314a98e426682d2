// The network: put an answer's figures into the drawing; zoom and pan, which the server never hears of.

const LETTER = 13  // pixels of the text at full size
const READABLE = 12  // pixels below which the text is too small; the nodes then show their titles alone
const LINE = 14  // pixels of a line of a title seen small
const SMALLEST = 0.25
const LARGEST = 2.5
const STEP = 1.25
const ROOMY = 1.25  // the largest scale that is chosen unasked
const MOVED = 4  // pixels from which on a press is a drag
const PHONE = "(max-width: 699px)"

function write(element, text) {
  if (element.textContent !== text) element.textContent = text
}

function label(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value)
}

function sizeOf(frame, name) {
  return Number(frame.firstElementChild.style.getPropertyValue(name))
}

function scaleOf(frame) {
  return sizeOf(frame, "--k")
}

// The point under (x, y) of the window stays where it is. wide: how many times wider than high it is drawn, which gives
// titles that are seen small their room; no wider than at full size, and not at all where all text is shown.
function zoom(frame, wanted, x, y, wide = sizeOf(frame, "--wide")) {
  const sheet = frame.firstElementChild
  const room = frame.getBoundingClientRect()
  const at = { x: x ?? room.left + frame.clientWidth / 2, y: y ?? room.top + frame.clientHeight / 2 }
  const before = sheet.getBoundingClientRect()
  const k = Math.min(Math.max(wanted, SMALLEST), LARGEST)
  const far = k * LETTER < READABLE - 0.01
  sheet.style.setProperty("--k", k.toFixed(4))
  sheet.style.setProperty("--wide", far ? Math.min(wide, 1 / k).toFixed(4) : "1")
  frame.classList.toggle("far", far)
  // Titles seen small have so many lines as there is room for.
  for (const title of frame.querySelectorAll("[data-node]"))
    title.firstElementChild.style.webkitLineClamp = Math.max(1, Math.floor((title.parentElement.offsetHeight * k) / LINE))
  write(frame.parentElement.querySelector("output"), `${Math.round(100 * k)} %`)
  const now = sheet.getBoundingClientRect()
  frame.scrollLeft += now.left + ((at.x - before.left) / before.width) * now.width - at.x
  frame.scrollTop += now.top + ((at.y - before.top) / before.height) * now.height - at.y
}

function fit(frame) {
  const across = frame.clientWidth / sizeOf(frame, "--width")
  const k = Math.min(across, frame.clientHeight / sizeOf(frame, "--height"), ROOMY)
  zoom(frame, k, undefined, undefined, across / k)
}

// The chosen outcome below the middle, so that its causes are seen above it, at a scale that can be read.
function home(frame, outcome) {
  zoom(frame, Math.min(Math.max(frame.clientWidth / sizeOf(frame, "--width"), 1), ROOMY))
  const node = frame.querySelector(`[data-box="${CSS.escape(outcome)}"]`)?.getBoundingClientRect()
  if (!node) return
  const room = frame.getBoundingClientRect()
  frame.scrollLeft += node.left + node.width / 2 - room.left - frame.clientWidth / 2
  frame.scrollTop += node.bottom - room.top - 0.92 * frame.clientHeight
}

// The mean place between the mildest state and the worst: of a node seen small, how dark it is.
function worse(shares) {
  return shares.reduce((sum, share, place) => sum + share * place, 0) / Math.max(shares.length - 1, 1)
}

function fill(frame, { nodes, lit, outcome }) {
  const strong = new Set(lit)
  for (const node of frame.querySelectorAll(".net-node")) {
    const of = nodes[node.dataset.box]
    node.classList.toggle("pale", !strong.has(node.dataset.box))
    node.classList.toggle("chosen", node.dataset.box === outcome)
    label(node, "data-kind", of.kind)
    write(node.querySelector(".net-known"), of.known)
    const title = node.querySelector("[data-node]")
    label(title, "aria-label", of.about)
    title.style.setProperty("--worse", worse(of.shares))
    node.querySelectorAll(".net-state").forEach((state, place) => {
      state.firstElementChild.style.setProperty("--share", of.shares[place])
      write(state.lastElementChild, of.texts[place])
      if (!state.dataset.state) return
      const sure = of.sure.includes(state.dataset.state)
      label(state, "aria-pressed", String(sure))
      // Once more takes it back.
      label(state, "data-set", sure ? "kind" : "seen")
      label(state, "value", sure ? "unknown" : state.dataset.state)
    })
  }
  for (const arc of frame.querySelectorAll("[data-parent]")) {
    arc.classList.toggle("pale", !strong.has(arc.dataset.child))
    arc.classList.toggle("cut", nodes[arc.dataset.child].kind === "forced")
  }
}

function dragged(frame) {
  let from = null
  let moving = false
  frame.addEventListener("pointerdown", (event) => {
    const box = frame.getBoundingClientRect()
    const onBar = event.clientX > box.left + frame.clientWidth || event.clientY > box.top + frame.clientHeight
    moving = false
    // A finger scrolls by itself.
    if (event.pointerType !== "mouse" || event.button || onBar) return
    from = { x: event.clientX, y: event.clientY, left: frame.scrollLeft, top: frame.scrollTop }
  })
  frame.addEventListener("pointermove", (event) => {
    if (!from) return
    const [x, y] = [event.clientX - from.x, event.clientY - from.y]
    if (!moving && Math.hypot(x, y) < MOVED) return
    if (!moving) frame.setPointerCapture(event.pointerId)
    moving = true
    frame.classList.add("dragged")
    frame.scrollLeft = from.left - x
    frame.scrollTop = from.top - y
  })
  for (const end of ["pointerup", "pointercancel"]) frame.addEventListener(end, () => {
    from = null
    frame.classList.remove("dragged")
  })
  // A drag that ends on a state does not set it.
  frame.addEventListener("click", (event) => {
    if (moving) event.stopPropagation()
    moving = false
  }, true)
}

function pinched(frame) {
  let begun = null
  const apart = ([a, b]) => Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY)
  frame.addEventListener("touchstart", ({ touches }) => {
    begun = touches.length === 2 ? { apart: apart(touches), k: scaleOf(frame) } : null
  }, { passive: true })
  frame.addEventListener("touchmove", (event) => {
    const [a, b] = event.touches
    if (!begun || !b) return
    event.preventDefault()
    const k = (begun.k * apart([a, b])) / begun.apart
    zoom(frame, k, (a.clientX + b.clientX) / 2, (a.clientY + b.clientY) / 2)
  }, { passive: false })
}

function begin(place) {
  const frame = place.querySelector(".net-frame")
  const ways = {
    in: () => zoom(frame, scaleOf(frame) * STEP), out: () => zoom(frame, scaleOf(frame) / STEP),
    fit: () => fit(frame), home: () => home(frame, place.outcome)
  }
  place.querySelector(".net-tools").addEventListener("click", (event) => {
    ways[event.target.dataset?.zoom]?.()
  })
  frame.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return
    event.preventDefault()
    const turned = event.deltaY * (event.deltaMode ? 16 : 1)
    zoom(frame, scaleOf(frame) * Math.exp(-turned / 400), event.clientX, event.clientY)
  }, { passive: false })
  frame.addEventListener("keydown", (event) => {
    const way = { "+": "in", "=": "in", "-": "out", 0: "fit" }[event.key]
    if (!way || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    ways[way]()
  })
  // A node that is partly in sight is not moved by the browser when a key leads to it.
  frame.addEventListener("focusin", ({ target }) => {
    if (target.matches(".net-node :focus-visible"))
      target.closest(".net-node").scrollIntoView({ block: "nearest", inline: "nearest" })
  })
  dragged(frame)
  pinched(frame)
  // It may begin out of sight, on a small screen or in a tab behind.
  const watch = new ResizeObserver(() => {
    if (!frame.clientWidth) return
    watch.disconnect()
    home(frame, place.outcome)
  })
  watch.observe(frame)
}

// drawing: of the model, the same for each answer. figures: of this answer.
export function network(place, drawing, figures) {
  if (place.drawing !== drawing) {
    place.drawing = drawing
    place.figures = null
    place.innerHTML = drawing
    if (drawing) begin(place)
  }
  if (!drawing || place.figures === figures) return
  place.figures = figures
  const content = JSON.parse(figures)
  place.outcome = content.outcome
  fill(place.querySelector(".net-frame"), content)
}

// On a small screen the list comes first, until one of the two is chosen.
export function listFirst(root) {
  const views = root.querySelector(".views:not([data-chosen])")
  if (views && matchMedia(PHONE).matches) views.querySelector("[aria-pressed=false]")?.click()
}
