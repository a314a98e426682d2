// What a page's layout does to those who read it: text that is cut, broken inside a word, on other text or out of its
// box, small targets, and what reaches beyond the screen. Returns a sentence for each, none if all is well.

() => {
  const parts = [...document.querySelectorAll("[data-testid=stHeader], [data-testid=stMain]")]
  const found = new Set()
  const visible = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
  const place = (element) => {
    const key = element.closest("[class*=st-key-]")?.className.match(/st-key-[\w-]+/)?.[0] ?? ""
    return `${key} ${element.nodeName.toLowerCase()}.${element.getAttribute("class") ?? ""}`
  }
  const quote = (text) => `“${text.trim().replace(/\s+/g, " ").slice(0, 40)}”`
  const overlap = (a, b) => {
    const left = Math.max(a.left, b.left), right = Math.min(a.right, b.right)
    const top = Math.max(a.top, b.top), bottom = Math.min(a.bottom, b.bottom)
    return { left, right, top, bottom, width: right - left, height: bottom - top }
  }
  const rectangles = (node, from = 0, to = node.length) => {
    const range = document.createRange()
    range.setStart(node, from)
    range.setEnd(node, to)
    return [...range.getClientRects()].filter(({ width, height }) => width > 1 && height > 1)
  }

  if (document.documentElement.scrollWidth > innerWidth) found.add("the page moves sideways")
  const lines = []
  for (const part of parts) {
    if (part.scrollWidth > part.clientWidth) found.add(`${place(part)} moves sideways`)
    const walk = document.createTreeWalker(part, NodeFilter.SHOW_TEXT)
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
      const parent = node.parentElement, text = quote(node.data)
      // Signs of Streamlit's own are letters of a font.
      if (!node.data.trim() || !visible(parent) || parent.closest(".unseen, style, select, [data-testid=stIconMaterial]")) continue
      let rects = rectangles(node)
      const drawn = parent instanceof SVGElement
      let box = null, framed = false
      for (let up = parent; up !== part; up = up.parentElement) {
        const { display, overflowX, overflowY } = getComputedStyle(up)
        if (!box && !/^(inline|contents)$/.test(display)) box = up
        if (overflowX === "visible" && overflowY === "visible") continue
        const frame = up.getBoundingClientRect()
        // What is in a frame that moves is seen by moving it.
        framed ||= /auto|scroll/.test(overflowX + overflowY)
        if (!framed && frame.width > 1 && rects.some((rect) => {
          const inside = overlap(rect, frame)
          return rect.width - inside.width > 1.5 || rect.height - inside.height > 4
        })) found.add(`${text} is cut by ${place(up)}`)
        rects = rects.map((rect) => overlap(rect, frame)).filter(({ width, height }) => width > 1 && height > 1)
      }
      if (box && !drawn && !framed) {
        const { left, right } = box.getBoundingClientRect()
        if (rects.some((rect) => rect.left < left - 3 || rect.right > right + 3)) found.add(`${text} leaves ${place(box)}`)
      }
      if (rects.some(({ left, right }) => left < -1 || right > innerWidth + 1)) found.add(`${text} leaves the screen`)
      if (rects.length > 1 && !parent.closest("code"))
        for (const { 0: word, index } of node.data.matchAll(/[\p{L}\p{N}.%]+/gu)) {
          const tops = new Set(rectangles(node, index, index + word.length).map(({ top }) => Math.round(top)))
          if (tops.size > 1 && word.length < 24) found.add(`“${word}” is broken in ${text} of ${place(parent)}`)
        }
      lines.push(...rects.map((rect) => ({ rect, node })))
    }
  }
  lines.sort((a, b) => a.rect.top - b.rect.top)
  for (const [index, { rect, node }] of lines.entries())
    for (let k = index + 1; k < lines.length && lines[k].rect.top < rect.bottom - 4; k++) {
      const both = overlap(rect, lines[k].rect)
      if (lines[k].node !== node && both.width > 2 && both.height > 4.5)
        found.add(`${quote(node.data)} lies on ${quote(lines[k].node.data)} in ${place(node.parentElement)}`)
    }

  const targets = "a[href], button, select, input, textarea, summary, [role=link], [role=button], [role=slider], [tabindex='0']"
  for (const target of parts.flatMap((part) => [...part.querySelectorAll(targets)])) {
    if (target.disabled || !visible(target) || target.offsetWidth <= 1) continue
    const sign = getComputedStyle(target, "::after")
    // A link in a sentence is as high as its line: WCAG 2.5.8 leaves it so.
    if (target.nodeName === "A" && getComputedStyle(target).display === "inline") continue
    // What a target's sign covers is the target too.
    const whole = target.closest("label") || (sign.position === "absolute" && sign.inset !== "auto" && target.offsetParent) || target
    const { width, height } = whole.getBoundingClientRect()
    if (Math.min(width, height) < 23.9)
      found.add(`target ${place(target)} ${quote(target.innerText || target.ariaLabel || "")} has ${width.toFixed(1)} × ${height.toFixed(1)} px`)
  }
  return [...found]
}
