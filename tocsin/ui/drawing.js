// A drawing put in its place: `st.html` takes every one out, silently.

export default function ({ data, parentElement }) {
  const place = parentElement.querySelector(".stHtml")
  if (place.shown !== data.html) place.innerHTML = place.shown = data.html
}
