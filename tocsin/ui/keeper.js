// What outlives a page: an address that holds the work, the shelf after a reload, a question before work is lost.

const PAUSE = 400  // milliseconds between changes of the address: browsers refuse more than about 100 in 30 s
const SHELF = "tocsin-shelf-"
const LINK = "scenario"

// Changes of the address are put in the place of its last entry, the newest one always, so that Back leads to the page
// before and a dragged slider writes no history.
function begun() {
  const keeper = { unsaved: false, wanted: null, timer: 0, last: 0 }
  const push = history.pushState.bind(history)
  const drop = () => { clearTimeout(keeper.timer); keeper.timer = 0; keeper.wanted = null }
  const put = () => {
    const { wanted } = keeper
    drop()
    keeper.last = Date.now()
    if (wanted !== location.href) history.replaceState(history.state, "", wanted)
  }
  keeper.lead = (url) => {
    keeper.wanted = url.href
    keeper.timer ||= setTimeout(put, Math.max(0, PAUSE - (Date.now() - keeper.last)))
  }
  keeper.here = () => new URL(keeper.wanted ?? location.href)
  history.pushState = (state, title, to) => {
    const url = new URL(to ?? location.href, location.href)
    if (url.pathname === location.pathname) { keeper.lead(url); return }
    drop()
    push(state, title, to)
  }
  // What opens above the page lies outside of the element to which Streamlit gives its theme.
  const themed = () => {
    const app = document.querySelector("[data-testid=stApp]")
    if (app) document.body.style.colorScheme = getComputedStyle(app).colorScheme
  }
  themed()
  new MutationObserver(themed).observe(document.querySelector("[data-testid=stApp]"), { attributeFilter: ["class"] })
  // Streamlit calls the place to drop a file a mere picture, and gives it a name too.
  const zones = () => {
    for (const zone of document.querySelectorAll("[data-testid=stFileUploaderDropzone][role]")) zone.removeAttribute("role")
  }
  new MutationObserver(zones).observe(document.body, { subtree: true, childList: true })
  window.addEventListener("popstate", drop)
  window.addEventListener("beforeunload", (event) => { if (keeper.unsaved) event.preventDefault() })
  return keeper
}

function stored(place) {
  try { return sessionStorage.getItem(place) } catch { return null }
}

function store(place, text) {
  try {
    if (text) sessionStorage.setItem(place, text)
    else sessionStorage.removeItem(place)
  } catch { /* The browser lets nothing be stored, or no more: the shelf lives as long as the page. */ }
}

export default function ({ data, setStateValue }) {
  window.tocsinKeeper ??= begun()
  const keeper = window.tocsinKeeper
  keeper.unsaved = data.unsaved
  const url = keeper.here()
  if (data.link && url.searchParams.get(LINK) !== data.link) {
    url.searchParams.set(LINK, data.link)
    keeper.lead(url)
  }
  const place = SHELF + data.model
  const kept = stored(place)
  if (!data.fresh) store(place, data.shelf)
  else if (kept) setStateValue("shelf", kept)
}
