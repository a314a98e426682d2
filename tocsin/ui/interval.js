// An interval of belief on its number's own line, where belief is a bell: two ends to be dragged, moved by keys or typed.

const COVER = 1.2815515655446004  // standard deviations within which four in five lie
const OPEN = 20  // an end at 0 or 1 is read as a twentieth of the way to it, as files are
const WIDE = 400
const TALL = 64
const PAUSE = 120  // milliseconds between two places of a drag that are sent

const LINES = {
  range: { on: (x) => Math.log(x / (100 - x)), ends: [0.05, 99.95], open: true },
  ratio: { on: Math.log, ends: [0.02, 50] },
  strength: { on: (x) => Math.log((1 + x) / (1 - x)), ends: [-0.975, 0.975] }
}

function share(field, value) {
  const { on, ends } = LINES[field.data.line]
  const [least, most] = ends.map(on)
  const at = Math.min(Math.max(value, ends[0]), ends[1])
  return (on(at) - least) / (most - least)
}

function bell(field, low, high) {
  const line = LINES[field.data.line]
  // Both ends open, or the wrong way round: no belief lies between them.
  if (!(low < high) || (line.open && low === 0 && high === 100)) return ""
  const [from, to] = line.open
    ? [low || high / OPEN, high === 100 ? 100 - (100 - low) / OPEN : high] : [low, high]
  const [least, most] = line.ends.map(line.on)
  const middle = (line.on(from) + line.on(to)) / 2
  const sigma = (line.on(to) - line.on(from)) / 2 / COVER
  const points = Array.from({ length: 101 }, (_, k) => {
    const z = (least + (most - least) * k / 100 - middle) / sigma
    return `${(WIDE * k / 100).toFixed(1)},${(TALL - (TALL - 4) * Math.exp(-z * z / 2)).toFixed(1)}`
  })
  return `M0,${TALL}L${points.join("L")}L${WIDE},${TALL}Z`
}

function spoken(field, value) {
  const text = `${+Number(value).toPrecision(4)}`
  return { range: `${text} %`, ratio: `× ${text}` }[field.data.line] ?? text
}

function draw(field) {
  const [low, high] = field.ends
  field.ends.forEach((end, k) => {
    const [handle, box] = [field.handles[k], field.boxes[k]]
    handle.style.left = `${100 * share(field, end)}%`
    handle.setAttribute("aria-valuenow", end)
    handle.setAttribute("aria-valuetext", spoken(field, end))
    if (document.activeElement !== box || !field.typing) box.value = end
  })
  const [left, right] = [share(field, low), share(field, high)]
  field.band.style.left = `${100 * Math.min(left, right)}%`
  field.band.style.width = `${100 * Math.abs(right - left)}%`
  field.bell.setAttribute("d", bell(field, low, high))
}

function send(field, now) {
  const rest = field.last + PAUSE - Date.now()
  clearTimeout(field.timer)
  if (!now && rest > 0) { field.timer = setTimeout(() => send(field, true), rest); return }
  field.last = Date.now()
  field.emit("ends", [...field.ends])
}

function put(field, k, value, now) {
  if (!Number.isFinite(value) || value === field.ends[k]) return
  field.ends[k] = value
  draw(field)
  send(field, now)
}

// The stop that is nearest on the line; an end never passes the other.
function dragged(field, k, place) {
  const { stops } = field.data
  const fits = stops.filter((stop) => k ? stop > field.ends[0] : stop < field.ends[1])
  const near = fits.reduce((best, stop) =>
    Math.abs(share(field, stop) - place) < Math.abs(share(field, best) - place) ? stop : best, fits[k ? 0 : fits.length - 1])
  if (near !== undefined) put(field, k, near, false)
}

function keyed(field, k, event) {
  const steps = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -5, PageUp: 5, Home: -1e3, End: 1e3 }
  if (!(event.key in steps)) return
  event.preventDefault()
  const by = steps[event.key]
  const stops = field.data.stops.filter((stop) => k ? stop > field.ends[0] : stop < field.ends[1])
  const ahead = stops.filter((stop) => by > 0 ? stop > field.ends[k] : stop < field.ends[k])
  const wanted = by > 0 ? ahead[Math.min(by, ahead.length) - 1] : ahead[Math.max(ahead.length + by, 0)]
  if (wanted !== undefined) put(field, k, wanted, false)
}

function begun(root, field) {
  field.handles = [...root.querySelectorAll(".interval-end")]
  field.boxes = [...root.querySelectorAll("input")]
  field.band = root.querySelector(".interval-band")
  field.bell = root.querySelector("path")
  const track = root.querySelector(".interval-track")
  field.handles.forEach((handle, k) => {
    const move = (event) => {
      const { left, width } = track.getBoundingClientRect()
      dragged(field, k, (event.clientX - left) / width)
    }
    handle.addEventListener("pointerdown", (event) => {
      event.preventDefault()
      handle.focus()
      handle.setPointerCapture(event.pointerId)
      handle.addEventListener("pointermove", move)
    })
    for (const end of ["pointerup", "pointercancel"]) handle.addEventListener(end, () => {
      handle.removeEventListener("pointermove", move)
      if (field.timer) send(field, true)
    })
    handle.addEventListener("keydown", (event) => keyed(field, k, event))
  })
  field.boxes.forEach((box, k) => {
    box.addEventListener("input", () => { field.typing = true; if (box.value !== "") put(field, k, box.valueAsNumber, false) })
    box.addEventListener("blur", () => { field.typing = false; draw(field) })
  })
}

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".interval")
  const field = root.field ?? { last: 0, timer: 0 }
  field.emit = setStateValue
  // What the server knows is older than what is being dragged; only a form that begins anew is another.
  const anew = field.round !== data.round
  Object.assign(field, { data, round: data.round })
  if (anew) field.ends = [data.low, data.high]
  if (!root.field) { root.field = field; begun(root, field) }
  if (!anew) return
  const [least, most] = [data.stops[0], data.stops.at(-1)]
  field.handles.forEach((handle, k) => {
    handle.setAttribute("aria-label", `${data.ends[k]}, ${data.label}`)
    handle.setAttribute("aria-valuemin", least)
    handle.setAttribute("aria-valuemax", most)
  })
  root.querySelector(".interval-ticks").replaceChildren(...data.ticks.map((tick) => {
    const mark = document.createElement("span")
    mark.style.left = `${100 * share(field, tick)}%`
    mark.textContent = spoken(field, tick)
    return mark
  }))
  field.boxes.forEach((box, k) => {
    Object.assign(box, { min: least, max: most, step: "any" })
    box.closest("label").firstChild.textContent = `${data.ends[k]}${data.unit} `
  })
  draw(field)
}
