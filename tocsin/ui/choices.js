// Choices: a slider for each cost and stake. All values are sent at once, one event at a time and the newest only; what
// comes back is put in its place. `charts.js` stands before it.

const PATIENCE = 10000  // milliseconds after which an answer is taken for lost
const PAUSE = 250  // milliseconds without a move after which all is answered
const STEPS = 100

const inputsOf = (row) => [row.querySelector("[type=range]"), row.querySelector("[type=number]")]

function valueAt(slider) {
  const [least, most] = [Number(slider.dataset.least), Number(slider.dataset.most)]
  const place = Number(slider.value)
  return place ? Number((least * (most / least) ** ((place - 1) / (STEPS - 1))).toPrecision(3)) : 0
}

function placeOf(slider, value) {
  const [least, most] = [Number(slider.dataset.least), Number(slider.dataset.most)]
  if (value <= least / 2) return 0
  const share = Math.log(value / least) / Math.log(most / least)
  return Math.round(1 + (STEPS - 1) * Math.min(Math.max(share, 0), 1))
}

// A row as its value is: held at a number, or as it is in the file.
function draw(row, value) {
  const [slider, box] = inputsOf(row)
  const shown = value ?? Number(slider.dataset.middle)
  row.classList.toggle("is-held", value !== undefined)
  if (valueAt(slider) !== shown) slider.value = placeOf(slider, shown)
  slider.setAttribute("aria-valuetext", value === undefined ? "as in the file" : `held at ${value}`)
  if (!box.typing) box.value = value ?? ""
  for (const button of row.querySelectorAll("[data-to]")) {
    const { to } = button.dataset
    const pressed = to === "" ? value === undefined : value !== undefined && Number(to) === value
    button.setAttribute("aria-pressed", pressed)
  }
}

// What is under way outlives the elements, which Streamlit may make anew.
function begun() {
  const desk = {
    root: null, of: "", values: {}, sent: null, moved: false, resting: false, waiting: 0, number: 0, timer: 0,
    pause: 0, shown: {} }
  // What is moved is answered first; what takes longer follows once nothing moves.
  desk.send = () => {
    desk.root.ariaBusy = Boolean(desk.waiting || desk.moved || desk.resting || desk.pause)
    if (desk.waiting || !(desk.moved || desk.resting)) return
    const moving = desk.moved
    if (moving) desk.moved = false
    else desk.resting = false
    desk.waiting = ++desk.number
    desk.sent = { n: desk.waiting, of: desk.of, values: { ...desk.values }, moving }
    desk.emit("event", desk.sent)
    desk.timer = setTimeout(() => { desk.waiting = 0; desk.send() }, PATIENCE)
  }
  desk.put = () => { clearTimeout(desk.pause); desk.pause = 0; desk.moved = true; desk.resting = false; desk.send() }
  // Keys that follow one another are not held up by what takes longer.
  desk.rest = () => {
    clearTimeout(desk.pause)
    desk.pause = setTimeout(() => { desk.pause = 0; desk.resting = true; desk.send() }, PAUSE)
    desk.send()
  }
  return desk
}

function listen(root, desk) {
  const turned = (row, value) => {
    const key = row.dataset.amount
    if (value === undefined) delete desk.values[key]
    else desk.values[key] = value
    draw(row, desk.values[key])
    desk.put()
  }
  root.addEventListener("input", ({ target }) => {
    if (target.type === "number") target.typing = true
    else turned(target.closest(".amount"), valueAt(target))
  })
  root.addEventListener("change", ({ target }) => {
    const row = target.closest(".amount")
    if (target.type === "number") {
      target.typing = false
      const value = target.value === "" ? undefined : target.valueAsNumber
      turned(row, Number.isFinite(value) && value >= 0 ? value : undefined)
    }
    desk.rest()
  })
  root.addEventListener("click", ({ target }) => {
    const button = target.closest?.("[data-to], .as-filed")
    if (!button) return
    const { to } = button.dataset
    if (to !== undefined) turned(button.closest(".amount"), to === "" ? undefined : Number(to))
    else {
      desk.values = {}
      for (const row of root.querySelectorAll(".amount")) draw(row)
      desk.put()
    }
    desk.rest()
  })
}

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".choosing")
  globalThis.tocsinDesk ??= begun()
  const desk = globalThis.tocsinDesk
  desk.emit = setStateValue
  const { seen, of, values, ...parts } = data
  desk.number = Math.max(desk.number, seen)
  if (desk.waiting && seen >= desk.waiting) { clearTimeout(desk.timer); desk.waiting = 0 }
  if (desk.root !== root) {
    desk.root = root
    desk.shown = {}
    listen(root, desk)
    if (desk.waiting) desk.emit("event", desk.sent)
  }
  // Of another choice, or with nothing under way, the server knows best.
  if (desk.of !== of || !(desk.waiting || desk.moved)) {
    if (desk.of !== of) { clearTimeout(desk.pause); desk.pause = 0; desk.moved = desk.resting = false }
    desk.of = of
    desk.values = JSON.parse(values)
  }
  for (const [name, html] of Object.entries(parts)) {
    const place = root.querySelector(`[data-part="${name}"]`)
    if (desk.shown[name] === html) continue
    place.innerHTML = desk.shown[name] = html
    sortable(place)
  }
  for (const row of root.querySelectorAll(".amount")) draw(row, desk.values[row.dataset.amount])
  root.querySelector(".as-filed").disabled = !Object.keys(desk.values).length
  desk.send()
}
