// Follows the focus through a page. `keys.start()` gives how many controls Tab should reach; `keys.faults()` what was
// wrong on the way: a control that was not reached, or out of order, or that does not look another when it has the focus.

() => {
  const controls = "a[href], button, input, select, textarea, summary, [tabindex]"
  const inputs = (all) => all.filter((element) => element.type !== "radio" || element.checked)
  const reachable = () => inputs([...document.querySelectorAll(controls)].filter((element) =>
    element.tabIndex >= 0 && !element.disabled && element.checkVisibility({ visibilityProperty: true })))
  const name = (element) => {
    const key = element.closest("[class*=st-key-]")?.className.match(/st-key-[\w-]+/)?.[0] ?? ""
    return `${key} ${element.nodeName.toLowerCase()}.${element.getAttribute("class") ?? ""} “${(element.ariaLabel || element.innerText || "").slice(0, 30)}”`
  }
  // How an element and what is around it look; a box around an input shows its focus.
  const look = (element) => {
    const looks = []
    for (let up = element, depth = 0; up && depth < 5; up = up.parentElement, depth++)
      for (const part of ["", "::before", "::after"]) {
        const style = getComputedStyle(up, part)
        looks.push(style.outlineStyle, style.outlineWidth, style.outlineColor, style.boxShadow, style.borderColor,
          style.backgroundColor)
      }
    return looks.join()
  }
  const above = (element) => {
    const { left, top, right, bottom } = element.getBoundingClientRect()
    // The middle of what the screen has of it.
    const x = (Math.max(left, 0) + Math.min(right, innerWidth)) / 2, y = (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2
    const hit = document.elementFromPoint(x, y)
    if (!hit) return "the edge of the screen"
    // Two boundaries of a bar may lie on each other.
    const both = element.contains(hit) || hit.contains(element) || hit.parentElement === element.parentElement
    return both ? "" : name(hit)
  }
  let all = []
  let around = false
  const order = [], faults = new Set()
  window.keys = {
    start() {
      document.activeElement.blur()
      all = reachable()
      const before = all.map(look)
      const still = new CSSStyleSheet()
      still.replaceSync("*, ::before, ::after { transition: none !important }")
      document.adoptedStyleSheets.push(still)
      document.addEventListener("focusin", ({ target }) => {
        const index = all.indexOf(target)
        // After the last control the way begins anew.
        around ||= index >= 0 && index <= order[0]
        if (index < 0 || around) return
        if (index < order.at(-1)) faults.add(`out of order: ${name(target)}`)
        order.push(index)
      })
      document.addEventListener("keydown", () => {
        const target = document.activeElement, index = all.indexOf(target)
        if (index < 0) return
        if (look(target) === before[index]) faults.add(`no focus to be seen: ${name(target)}`)
        const over = above(target)
        if (over) faults.add(`while it has the focus, under ${over}: ${name(target)}`)
      }, true)
      return all.length
    },
    faults() {
      // Of a group of which one is chosen the keys of arrows lead to the others.
      const reached = new Set(order.flatMap((index) => [all[index], all[index].closest("[role=radiogroup]") ?? all[index]]))
      const missed = all.filter((element) => !reached.has(element) && !reached.has(element.closest("[role=radiogroup]")))
      return [...faults, ...missed.map((element) => `not reached: ${name(element)}`)]
    },
  }
}
