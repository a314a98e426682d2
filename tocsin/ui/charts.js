// Tables sorted by a click on a heading, and charts taken away as files; one listener serves the whole page.
// It stands before the scripts of the components that show them, so that it has no exports.

const SHARPER = 2  // pixels of a PNG for each one of the drawing

// What a cell counts as: its percent, or the number that it is; else its words. What says nothing comes last.
function worth(text) {
  const words = text.trim()
  if (words === "" || words === "–") return null
  const percents = words.match(/([<>])?\s*([\d.]+)(?=(?:\s*[–-]\s*[\d.]+)?\s*%)/)
  const alone = words.replaceAll(",", "").match(/^[([]?\s*([+−-]?[\d.]+)(?:\s+points)?/)
  const [sign, figure] = percents ? [percents[1], percents[2]] : ["", alone?.[1]?.replace("−", "-")]
  const number = Number.parseFloat(figure)
  if (Number.isNaN(number)) return words.toLowerCase()
  return sign === "<" ? number - 1e-6 : sign === ">" ? number + 1e-6 : number
}

function before(a, b) {
  if (typeof a === "number" && typeof b === "number") return a - b
  if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1
  return a.localeCompare(b)
}

function sortBy(head) {
  const table = head.closest("table")
  const column = [...head.parentElement.children].indexOf(head)
  const down = head.getAttribute("aria-sort") === "ascending"
  for (const other of head.parentElement.children) other.removeAttribute("aria-sort")
  head.setAttribute("aria-sort", down ? "descending" : "ascending")
  const body = table.tBodies[0]
  const rows = [...body.rows].map((row) => ({ row, value: worth(row.cells[column].textContent) }))
  rows.sort((a, b) => {
    if (a.value === null || b.value === null) return (a.value === null) - (b.value === null)
    return down ? before(b.value, a.value) : before(a.value, b.value)
  })
  body.append(...rows.map(({ row }) => row))
}

// A heading becomes a button where its table is one body of plain rows.
// biome-ignore lint/correctness/noUnusedVariables: drawing.js, which follows this script, calls it.
function sortable(root) {
  for (const table of root.querySelectorAll("table.every")) {
    const heads = table.tHead?.rows.length === 1 ? [...table.tHead.rows[0].cells] : []
    if (!heads.length || table.tBodies.length !== 1 || table.tBodies[0].rows.length < 3) continue
    if ([...table.tBodies[0].rows].some((row) => row.cells.length !== heads.length)) continue
    for (const head of heads) {
      if (head.querySelector("button") || !head.textContent.trim()) continue
      const button = document.createElement("button")
      button.type = "button"
      button.className = "sort"
      button.append(...head.childNodes)
      head.append(button)
    }
  }
}

function save(blob, name) {
  const link = document.createElement("a")
  link.href = URL.createObjectURL(blob)
  link.download = name
  document.body.append(link)
  link.click()
  link.remove()
  setTimeout(() => URL.revokeObjectURL(link.href), 60000)
}

async function png(svg) {
  const address = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }))
  const picture = new Image()
  picture.src = address
  await picture.decode()
  const canvas = document.createElement("canvas")
  canvas.width = SHARPER * picture.naturalWidth
  canvas.height = SHARPER * picture.naturalHeight
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height)
  URL.revokeObjectURL(address)
  return new Promise((done) => canvas.toBlob(done, "image/png"))
}

async function take(button) {
  const menu = button.closest("details.take")
  const { stem, svg, csv } = menu.dataset
  const kind = button.dataset.take
  // A byte order mark tells spreadsheets that it is UTF-8.
  const blob = kind === "csv" ? new Blob(["\ufeff", csv], { type: "text/csv" })
    : kind === "svg" ? new Blob([svg], { type: "image/svg+xml" }) : await png(svg)
  save(blob, `${stem}.${kind}`)
  menu.open = false
  menu.querySelector("summary").focus()
}

if (!document.tocsinCharts) {
  document.tocsinCharts = true
  document.addEventListener("click", (event) => {
    const { target } = event
    const asked = target.closest?.("[data-take]")
    if (asked) take(asked)
    const sort = target.closest?.("button.sort")
    if (sort) sortBy(sort.closest("th"))
    for (const menu of document.querySelectorAll("details.take[open]"))
      if (!menu.contains(target)) menu.open = false
  })
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && event.target.closest?.("details.take[open]")
    if (!menu) return
    menu.open = false
    menu.querySelector("summary").focus()
  })
}
