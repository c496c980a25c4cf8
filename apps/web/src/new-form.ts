/** What the form needs of a preset. */
export interface FormPreset {
  id: string
  title: string
  description: string
  spec: Readonly<Record<string, unknown>>
}

export interface FormValues {
  name: string
  dataset: string
  preset: string
  /** JSON of the whole specification. */
  spec: string
}

const write = (spec: object) => JSON.stringify(spec, null, 2)

/** The specification that a preset, a name and a data set make. */
export const fillForm = (
  presets: readonly FormPreset[],
  { name, dataset, preset }: Partial<Omit<FormValues, 'spec'>>,
): FormValues => {
  const chosen = presets.find(({ id }) => id === preset) ?? presets[0]
  const values = { name: name || (chosen?.title ?? ''), dataset: dataset ?? '' }
  return { ...values, preset: chosen?.id ?? '', spec: write({ ...values, ...chosen?.spec }) }
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const valuesOf = (value: unknown): FormValues | undefined => {
  if (!isObject(value)) return undefined
  const { name, dataset, preset, spec } = value
  return [name, dataset, preset, spec].every((field) => typeof field === 'string')
    ? { name: String(name), dataset: String(dataset), preset: String(preset), spec: String(spec) }
    : undefined
}

/**
 * What was sent, as one specification. The JSON is what counts; a name, data set or preset that was changed beside it (without a
 * script nothing keeps them in step) goes into it. Without `spec`: the JSON could not be read.
 */
export const readForm = (
  presets: readonly FormPreset[],
  fields: Readonly<Record<string, string>>,
): { values: FormValues; spec?: unknown } => {
  const sent: FormValues = {
    name: fields['name'] ?? '',
    dataset: fields['dataset'] ?? '',
    preset: fields['preset'] ?? '',
    spec: (fields['spec'] ?? '').replaceAll('\r\n', '\n'),
  }
  const shown = valuesOf(parse(fields['shown'] ?? ''))
  if (shown && sent.preset !== shown.preset && sent.spec === shown.spec) {
    const values = fillForm(presets, sent)
    return { values, spec: parse(values.spec) }
  }
  const spec = parse(sent.spec)
  if (spec === undefined) return { values: sent }
  if (!isObject(spec)) return { values: sent, spec }
  const changed = {
    ...(shown && sent.name !== shown.name ? { name: sent.name } : {}),
    ...(shown && sent.dataset !== shown.dataset ? { dataset: sent.dataset } : {}),
  }
  const merged = { ...spec, ...changed }
  return {
    values: { ...sent, spec: Object.keys(changed).length > 0 ? write(merged) : sent.spec },
    spec: merged,
  }
}
