// A drawing put in its place: `st.html` takes every one out, silently. What a reader has unfolded stays so. `charts.js`
// stands before it.

export default function ({ data, parentElement }) {
  const place = parentElement.querySelector(".stHtml")
  if (place.shown === data.html) return
  const open = new Set([...place.querySelectorAll("details[open][data-key]")].map(({ dataset }) => dataset.key))
  place.innerHTML = place.shown = data.html
  for (const details of place.querySelectorAll("details[data-key]"))
    details.open ||= open.has(details.dataset.key)
  sortable(place)
}
