/** Puts the fragments that the server renders in the place of those that changed. */
export const liveScript = /* js */ `
const follow = (live) => {
  const connection = document.getElementById('connection')
  const source = new EventSource(live.dataset.live)
  const replace = (id, html) => {
    const old = document.getElementById(id)
    if (!old) return
    const isOpen = [...old.querySelectorAll('details[id]')].filter((details) => details.open).map((details) => details.id)
    const focused = old.contains(document.activeElement) ? document.activeElement : undefined
    const place = focused ? [...old.querySelectorAll('a, button, summary')].indexOf(focused) : -1
    const template = document.createElement('template')
    template.innerHTML = html
    const fresh = template.content.firstElementChild
    old.replaceWith(fresh)
    for (const id of isOpen) { const details = document.getElementById(id); if (details) details.open = true }
    if (place >= 0) fresh.querySelectorAll('a, button, summary')[place]?.focus()
    if (fresh.dataset.title) document.title = fresh.dataset.title + ' – Assay'
  }
  source.addEventListener('open', () => { connection.hidden = true })
  source.addEventListener('error', () => { connection.hidden = false })
  source.addEventListener('fragment', (event) => { const { id, html } = JSON.parse(event.data); replace(id, html) })
  source.addEventListener('end', () => { source.close(); connection.hidden = true })
}
for (const live of document.querySelectorAll('[data-live]')) follow(live)
`
