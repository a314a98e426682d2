// The network beside its form: a click chooses a variable, a drag from one to another draws an arrow between them.

const FAR = 8  // pixels from which on a press is a drag
const LEAST = 0.8  // of the size at which it is drawn: a node is still 24 px high

function point(sheet, event) {
  const { left, top } = sheet.getBoundingClientRect()
  return [(event.clientX - left) / sheet.shrunk, (event.clientY - top) / sheet.shrunk]
}

function line(sheet, from, to) {
  const space = "http://www.w3.org/2000/svg"
  const svg = sheet.querySelector("svg")
  const drawn = svg.querySelector(".structure-new") ?? svg.appendChild(document.createElementNS(space, "line"))
  drawn.setAttribute("class", "structure-new")
  for (const [name, value] of Object.entries({ x1: from[0], y1: from[1], x2: to[0], y2: to[1] }))
    drawn.setAttribute(name, value)
}

// As large as there is room for, and never so small that it cannot be read.
function fit(root) {
  const [sheet, frame] = [root.querySelector(".structure-sheet"), root.querySelector(".structure-frame")]
  if (!sheet) return
  sheet.shrunk = Math.min(1, Math.max(LEAST, (frame.clientWidth - 2) / Number.parseFloat(sheet.style.width)))
  sheet.style.zoom = sheet.shrunk
}

// What has been chosen elsewhere comes into sight, without moving the page.
function reach(root) {
  const [node, frame] = [root.querySelector("[aria-pressed=true]"), root.querySelector(".structure-frame")]
  if (!node || node.dataset.node === root.reached) return
  root.reached = node.dataset.node
  const [inner, outer] = [node.getBoundingClientRect(), frame.getBoundingClientRect()]
  const beyond = (from, to, least, most) => Math.min(0, from - 8 - least) + Math.max(0, to + 8 - most)
  frame.scrollBy(
    beyond(inner.left, inner.right, outer.left, outer.right), beyond(inner.top, inner.bottom, outer.top, outer.bottom))
}

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".structure")
  if (root.shown !== data.html) {
    const focus = root.contains(document.activeElement) ? document.activeElement.dataset.node : null
    const frame = root.querySelector(".structure-frame")
    const [x, y] = [frame?.scrollLeft ?? 0, frame?.scrollTop ?? 0]
    root.innerHTML = root.shown = data.html
    fit(root)
    root.querySelector(".structure-frame")?.scrollTo(x, y)
    reach(root)
    if (focus) [...root.querySelectorAll("[data-node]")].find(({ dataset }) => dataset.node === focus)?.focus()
  }
  root.emit = (event) => setStateValue("done", { n: Date.now(), ...event })
  if (root.begun) return
  root.begun = true
  new ResizeObserver(() => fit(root)).observe(root)
  let held = null
  root.addEventListener("click", (event) => {
    const node = event.target.closest("[data-node]")
    if (node && !root.drawn) root.emit({ choose: node.dataset.node })
    root.drawn = false
  })
  root.addEventListener("pointerdown", (event) => {
    const node = event.target.closest("[data-node]")
    if (!node || event.button || event.pointerType === "touch") return
    held = { node, sheet: node.closest(".structure-sheet"), from: [event.clientX, event.clientY] }
    held.at = point(held.sheet, event)
  })
  const over = (event) => document.elementFromPoint(event.clientX, event.clientY)?.closest?.("[data-node]")
  const mark = (node) => {
    for (const other of root.querySelectorAll(".structure-node.aimed")) other.classList.remove("aimed")
    if (node && root.contains(node)) node.classList.add("aimed")
  }
  root.addEventListener("pointermove", (event) => {
    if (!held) return
    root.drawn ||= Math.hypot(event.clientX - held.from[0], event.clientY - held.from[1]) > FAR
    if (!root.drawn) return
    line(held.sheet, held.at, point(held.sheet, event))
    const node = over(event)
    mark(node === held.node ? null : node)
  })
  const end = () => {
    held?.sheet.querySelector(".structure-new")?.remove()
    mark(null)
    held = null
    setTimeout(() => { root.drawn = false }, 0)
  }
  addEventListener("pointerup", (event) => {
    if (!held) return
    const [from, to] = [held.node, over(event)]
    if (root.drawn && to && to !== from && root.contains(to))
      root.emit({ cause: from.dataset.node, effect: to.dataset.node })
    end()
  })
  // Where the browser takes the stroke of a pen for scrolling, nothing was drawn.
  addEventListener("pointercancel", end)
}
