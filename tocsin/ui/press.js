// Presses a button as soon as the browser has drawn it, and only once however often the page is drawn.

const [PAUSE, TRIES] = [50, 400] // milliseconds, and how often it is looked for

export default function ({ data }) {
  let tries = 0
  const press = () => {
    const button = document.querySelector(`.st-key-${data.button} button`)
    if (button && window.tocsinPressed !== data.button) {
      window.tocsinPressed = data.button
      button.click()
    } else if (!button && tries++ < TRIES) setTimeout(press, PAUSE)
  }
  press()
}
