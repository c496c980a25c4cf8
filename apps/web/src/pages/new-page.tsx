import type { DatasetView, Plan } from '@assay/contracts'
import { render } from 'preact-render-to-string'
import { Faults, type ShownFault } from '../components/faults.tsx'
import { PlanPanel, type PlanPanelProps } from '../components/plan-panel.tsx'
import { renderPage } from '../layout.tsx'
import type { FormPreset, FormValues } from '../new-form.ts'
import { stateWords } from '../words.ts'

export interface NewPageProps {
  environment: 'local' | 'aws'
  datasets: readonly DatasetView[]
  presets: readonly FormPreset[]
  values: FormValues
  /** Idempotency-Key of this rendering, so that pressing twice submits once. */
  idempotencyKey: string
  faults?: readonly ShownFault[]
  /** What the values would do and cost, where that was asked. */
  plan?: Plan
}

/** JSON that cannot end its script element. */
const island = (value: unknown) => JSON.stringify(value).replaceAll('<', String.raw`\u003c`)

const under = (faults: readonly ShownFault[], pointer: string) => faults.filter((fault) => fault.pointer === pointer)

const described = (id: string, faults: readonly ShownFault[]) =>
  faults.length > 0 ? { 'aria-describedby': id, 'aria-invalid': true } : {}

const DatasetField = ({
  datasets,
  value,
  faults,
}: {
  datasets: readonly DatasetView[]
  value: string
  faults: readonly ShownFault[]
}) => (
  <div class="field">
    <label for="dataset">Data set</label>
    <select id="dataset" name="dataset" {...described('dataset-faults', faults)}>
      {datasets.some(({ id }) => id === value) ? null : (
        <option value={value}>{value === '' ? 'Choose one' : value}</option>
      )}
      {datasets.map(({ id, name, state, check }) => (
        <option key={id} value={id} selected={id === value} disabled={state !== 'ready'}>
          {state === 'ready'
            ? `${name} – ${check?.images ?? 0} images, ${check?.classes.length ?? 0} classes`
            : `${name} – ${stateWords[state]}`}
        </option>
      ))}
    </select>
    <Faults id="dataset-faults" faults={faults} />
  </div>
)

const PresetField = ({ presets, value }: { presets: readonly FormPreset[]; value: string }) => (
  <div class="field">
    <label for="preset">Preset</label>
    <span class="with-button">
      <select id="preset" name="preset" aria-describedby="preset-about">
        {presets.map(({ id, title }) => (
          <option key={id} value={id} selected={id === value}>
            {title}
          </option>
        ))}
      </select>
      <button type="submit" formmethod="get" formaction="/new" formnovalidate class="quiet" id="load">
        Load
      </button>
    </span>
    <span class="small" id="preset-about">
      {presets.find(({ id }) => id === value)?.description}
    </span>
  </div>
)

const Form = ({ datasets, presets, values, idempotencyKey, faults = [] }: NewPageProps) => {
  const ofName = under(faults, '/name')
  const ofDataset = under(faults, '/dataset')
  const others = faults.filter((fault) => !ofName.includes(fault) && !ofDataset.includes(fault))
  return (
    <form method="post" action="/new" class="form wide" id="new-experiment">
      {/* The Enter key presses the first button of a form, which must not be Load. */}
      <button type="submit" class="hidden" tabIndex={-1} aria-hidden="true">
        Submit
      </button>
      <input type="hidden" name="shown" value={JSON.stringify(values)} />
      <input type="hidden" name="key" value={idempotencyKey} />
      <div class="columns">
        <div class="field">
          <label for="name">Name</label>
          <input
            id="name"
            name="name"
            required
            maxLength={128}
            value={values.name}
            {...described('name-faults', ofName)}
          />
          <Faults id="name-faults" faults={ofName} />
        </div>
        <DatasetField datasets={datasets} value={values.dataset} faults={ofDataset} />
        <PresetField presets={presets} value={values.preset} />
      </div>
      <div class="field">
        <label for="spec">Specification (JSON)</label>
        <Faults id="spec-faults" faults={others} />
        <textarea
          id="spec"
          name="spec"
          rows={24}
          spellcheck={false}
          autocomplete="off"
          {...described('spec-faults', others)}
        >
          {values.spec}
        </textarea>
        <span class="small" id="spec-hint" role="status">
          This is what is submitted; the fields above are kept in step with it.
        </span>
      </div>
      <p class="with-button">
        <button type="submit">Submit</button>
        <button type="submit" name="action" value="plan" class="quiet">
          Plan
        </button>
        <span class="small">Plan shows what it would create, take and cost, and changes nothing.</span>
      </p>
    </form>
  )
}

/** The plan alone, for a page that has its form already. */
export const renderPlan = (props: PlanPanelProps): string => render(<PlanPanel {...props} />)

export const renderNew = (props: NewPageProps): string => {
  const { environment, faults = [], presets } = props
  return renderPage({
    title: 'New experiment',
    environment,
    at: '/new',
    children: (
      <>
        <h1>New experiment</h1>
        {faults.length > 0 ? (
          <p role="alert" class="reason" id="refused" tabIndex={-1}>
            Not submitted: {faults.length === 1 ? 'one fault' : `${faults.length} faults`}, shown below.
          </p>
        ) : null}
        <Form {...props} />
        <PlanPanel {...(props.plan ? { plan: props.plan } : {})} />
        <script
          type="application/json"
          id="presets"
          // oxlint-disable-next-line react/no-danger -- data only; the only dangerous character is escaped
          dangerouslySetInnerHTML={{ __html: island(presets) }}
        />
      </>
    ),
  })
}
