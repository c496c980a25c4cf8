/** Keeps the fields of the form and its JSON in step, both ways. */
export const formScript = /* js */ `
const keepInStep = (form) => {
  const { name, dataset, preset, spec } = form.elements
  const hint = document.getElementById('spec-hint')
  const about = document.getElementById('preset-about')
  const presets = JSON.parse(document.getElementById('presets').textContent)
  const said = hint.textContent
  const read = () => { try { return JSON.parse(spec.value) } catch (error) { return error } }
  const write = (value) => { spec.value = JSON.stringify(value, null, 2); hint.textContent = said }
  const set = (field) => () => {
    const value = read()
    if (value instanceof Error || typeof value !== 'object' || value === null) return
    write(field === name ? { ...value, name: name.value } : { ...value, dataset: dataset.value })
  }
  name.addEventListener('input', set(name))
  dataset.addEventListener('change', set(dataset))
  preset.addEventListener('change', () => {
    const chosen = presets.find(({ id }) => id === preset.value)
    if (!chosen) return
    const known = presets.map(({ title }) => title)
    if (name.value === '' || known.includes(name.value)) name.value = chosen.title
    about.textContent = chosen.description
    write({ name: name.value, dataset: dataset.value, ...chosen.spec })
  })
  spec.addEventListener('input', () => {
    const value = read()
    if (value instanceof Error) { hint.textContent = 'Not JSON yet: ' + value.message; return }
    hint.textContent = said
    if (typeof value?.name === 'string') name.value = value.name
    if (typeof value?.dataset === 'string' && [...dataset.options].some((option) => option.value === value.dataset)) dataset.value = value.dataset
  })
}
const planAlong = (form) => {
  let waiting, asked = 0
  const ask = async () => {
    const turn = ++asked
    const body = new URLSearchParams(new FormData(form))
    // A server that is away for the moment leaves the last plan as it is; the next change asks again.
    const answer = await fetch('/new/plan', { method: 'POST', body }).catch(() => undefined)
    if (!answer?.ok || turn !== asked) return
    const template = document.createElement('template')
    template.innerHTML = await answer.text()
    document.getElementById('plan').replaceWith(template.content.firstElementChild)
  }
  const soon = () => { clearTimeout(waiting); waiting = setTimeout(ask, 600) }
  form.addEventListener('input', soon)
  form.addEventListener('change', soon)
  if (form.elements.dataset.value !== '') soon()
}
document.documentElement.classList.add('scripted')
const form = document.getElementById('new-experiment')
if (form) { keepInStep(form); planAlong(form) }
document.getElementById('refused')?.focus()
`
