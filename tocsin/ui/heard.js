// Stands in the part of a page that is drawn anew while words are typed, and hears them for it. `words.js` types.

export default function ({ data, setStateValue }) {
  window.tocsinHeard = { round: data.round, set: (words) => setStateValue("words", words) }
  window.tocsinWords?.(data.round, data.read)
}
