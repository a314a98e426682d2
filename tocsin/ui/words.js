// Estimative words: completed as one types, their band drawn at once, and sent to be read by the rules.

const PAUSE = 40  // milliseconds without a key after which words are sent
const REST = 800  // milliseconds after which the whole page is drawn with them
const MOST = 8  // completions that are shown

const percent = (p) => `${+(100 * p).toPrecision(3)}`
const plain = (text) => text.toLowerCase().replaceAll("’", "'").split(/\s+/).filter(Boolean).join(" ")

function written(reading) {
  if (!reading) return ""
  const [low, high] = [percent(reading.low), percent(reading.high)]
  return `${low === high ? low : `${low}–${high}`} % (${reading.by})`
}

function draw(field) {
  const words = plain(field.input.value)
  const { read } = field.data
  const known = field.data.known.find(([word]) => word === words)
  const server = read && plain(read.words) === words && !read.problem ? read : null
  const found = known ? { low: known[1], high: known[2], by: known[3] } : server
  field.band.hidden = !found
  if (found) {
    field.band.style.left = `${100 * found.low}%`
    field.band.style.width = `${100 * Math.max(found.high - found.low, 0.004)}%`
  }
  field.told.textContent = words ? written(found) || (read && plain(read.words) === words ? read.problem : "…") : ""
}

function close(field) {
  field.list.hidden = true
  field.list.replaceChildren()
  field.input.setAttribute("aria-expanded", "false")
  field.input.removeAttribute("aria-activedescendant")
}

function point(field, place) {
  const options = [...field.list.children]
  options.forEach((option, number) => { option.setAttribute("aria-selected", String(number === place)) })
  field.input.setAttribute("aria-activedescendant", options[place]?.id ?? "")
  options[place]?.scrollIntoView({ block: "nearest" })
}

function complete(field) {
  const words = plain(field.input.value)
  const begins = field.data.known.filter(([word]) => word.startsWith(words))
  const holds = field.data.known.filter(([word]) => !word.startsWith(words) && word.includes(words))
  const found = words ? [...begins, ...holds].filter(([word]) => word !== words).slice(0, MOST) : []
  if (!found.length) { close(field); return }
  field.list.replaceChildren(...found.map(([word, low, high, by], number) => {
    const option = document.createElement("li")
    option.id = `words-option-${number}`
    option.setAttribute("role", "option")
    option.setAttribute("aria-selected", "false")
    const name = document.createElement("span")
    name.textContent = word
    const range = document.createElement("small")
    range.textContent = written({ low, high, by })
    option.append(name, range)
    option.addEventListener("mousedown", (event) => { event.preventDefault(); take(field, word) })
    return option
  }))
  field.list.hidden = false
  field.input.setAttribute("aria-expanded", "true")
}

function take(field, word) {
  field.input.value = word
  close(field)
  draw(field)
  send(field, true)
}

// While one types, only the part of the page that hears is drawn anew (`heard.js`), if there is one.
function send(field, whole) {
  clearTimeout(field.timer)
  clearTimeout(field.rest)
  const words = field.input.value
  if (!whole && window.tocsinHeard?.round === field.round) {
    if (field.heard !== words) window.tocsinHeard.set(words)
    field.heard = words
    field.rest = setTimeout(() => { send(field, true) }, REST)
  } else if (field.sent !== words) {
    field.sent = words
    field.set("words", words)
  }
}

function pressed(field, event) {
  const options = [...field.list.children]
  const now = options.findIndex((option) => option.getAttribute("aria-selected") === "true")
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    if (!options.length) complete(field)
    const count = field.list.children.length
    if (count) point(field, (now + (event.key === "ArrowDown" ? 1 : now < 0 ? 0 : -1) + count) % count)
  } else if (event.key === "Enter" && now >= 0) take(field, options[now].firstChild.textContent)
  else if (event.key === "Enter") { close(field); send(field, true); return }
  else if (event.key === "Escape") { close(field); return }
  else return
  event.preventDefault()
}

function begun(parentElement) {
  const at = (name) => parentElement.querySelector(name)
  const field = {
    input: at("input"), list: at("ul"), band: at(".words-band i"), told: at(".words-told"), label: at("label span"),
    timer: 0, rest: 0, sent: null, heard: null, round: null,
  }
  field.input.addEventListener("input", () => {
    draw(field)
    complete(field)
    clearTimeout(field.timer)
    field.timer = setTimeout(() => { send(field, false) }, PAUSE)
  })
  field.input.addEventListener("keydown", (event) => { pressed(field, event) })
  field.input.addEventListener("blur", () => { close(field); send(field, true) })
  return field
}

export default function ({ data, parentElement, setStateValue }) {
  parentElement.wordsField ??= begun(parentElement)
  const field = parentElement.wordsField
  field.data = data
  field.set = setStateValue
  field.label.textContent = data.label
  // What is being typed stays; another statement brings its own words.
  if (field.round !== data.round) {
    field.round = data.round
    field.input.value = field.sent = field.heard = data.words
  }
  window.tocsinWords = (round, read) => {
    if (round !== field.round) return
    field.data = { ...field.data, read }
    draw(field)
  }
  draw(field)
}
