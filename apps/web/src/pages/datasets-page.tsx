import type { DatasetView } from '@assay/contracts'
import { Age } from '../components/age.tsx'
import { Faults, type ShownFault } from '../components/faults.tsx'
import { State } from '../components/state.tsx'
import { formatCount } from '../format.ts'
import { renderPage } from '../layout.tsx'

export interface DatasetsPageProps {
  environment: 'local' | 'aws'
  datasets: readonly DatasetView[]
  nextCursor: string | null
  now: string
  /** What was entered and refused. */
  refused?: { name: string; s3Uri: string; faults: readonly ShownFault[] }
}

const Found = ({ dataset }: { dataset: DatasetView }) => {
  const { check } = dataset
  if (!check) return <span class="small">not checked yet</span>
  if (check.faults.count > 0)
    return (
      <details>
        <summary>
          {formatCount(check.faults.count)} {check.faults.count === 1 ? 'fault' : 'faults'}
        </summary>
        <Faults
          id={`faults-${dataset.id}`}
          faults={check.faults.first.map(({ file, met, needed }) => ({ pointer: file, detail: `${met}; ${needed}` }))}
        />
      </details>
    )
  return (
    <details>
      <summary>
        {check.classes.length} {check.classes.length === 1 ? 'class' : 'classes'}
      </summary>
      <ul class="plain">
        {check.classes.map(({ categoryId, name, boxes, images }) => (
          <li key={categoryId}>
            {name}: {formatCount(boxes)} boxes in {formatCount(images)} images
          </li>
        ))}
        {check.nearDuplicates && check.nearDuplicates.sets > 0 ? (
          <li>
            {formatCount(check.nearDuplicates.images)} images look like another (
            {formatCount(check.nearDuplicates.sets)} sets); <code>split.nearDuplicates: together</code> keeps them on
            one side
          </li>
        ) : null}
      </ul>
    </details>
  )
}

const Row = ({ dataset, now }: { dataset: DatasetView; now: string }) => (
  <tr id={dataset.id}>
    <th scope="row">
      <a href={`/v1/datasets/${dataset.id}`}>{dataset.name}</a>
      <span class="small">{dataset.id}</span>
    </th>
    <td>
      <State state={dataset.state} />
    </td>
    <td class="num">{dataset.check ? formatCount(dataset.check.images) : '–'}</td>
    <td class="num">{dataset.check ? formatCount(dataset.check.boxes) : '–'}</td>
    <td>
      <Found dataset={dataset} />
    </td>
    <td>
      <Age since={dataset.createdAt} now={now} /> ago
    </td>
    <td>{dataset.state === 'ready' ? <a href={`/new?dataset=${dataset.id}`}>Use</a> : null}</td>
  </tr>
)

const Register = ({ refused }: Pick<DatasetsPageProps, 'refused'>) => (
  <form method="post" action="/datasets" class="form">
    <h2>Register from S3</h2>
    <p class="small">
      A prefix with images and their annotations, Pascal VOC or COCO. A folder on your machine is uploaded with{' '}
      <code>npm run -s assay -- datasets add FOLDER</code>.
    </p>
    {refused ? (
      <div role="alert">
        <Faults id="dataset-faults" faults={refused.faults} />
      </div>
    ) : null}
    <label for="name">Name</label>
    <input
      id="name"
      name="name"
      required
      maxLength={128}
      value={refused?.name ?? ''}
      {...(refused ? { 'aria-describedby': 'dataset-faults' } : {})}
    />
    <label for="s3Uri">S3 prefix</label>
    <input
      id="s3Uri"
      name="s3Uri"
      required
      placeholder="s3://bucket/prefix/"
      value={refused?.s3Uri ?? ''}
      {...(refused ? { 'aria-describedby': 'dataset-faults' } : {})}
    />
    <button type="submit">Register and check</button>
  </form>
)

export const renderDatasets = ({ environment, datasets, nextCursor, now, refused }: DatasetsPageProps): string =>
  renderPage({
    title: 'Data sets',
    environment,
    at: '/datasets',
    children: (
      <>
        <h1>Data sets</h1>
        {datasets.length === 0 ? (
          <p class="empty">No data set yet.</p>
        ) : (
          <div class="scroll">
            <table class="list">
              <thead>
                <tr>
                  <th scope="col">Data set</th>
                  <th scope="col">State</th>
                  <th scope="col" class="num">
                    Images
                  </th>
                  <th scope="col" class="num">
                    Boxes
                  </th>
                  <th scope="col">Found</th>
                  <th scope="col">Registered</th>
                  <th scope="col">
                    <span class="hidden">Action</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {datasets.map((dataset) => (
                  <Row key={dataset.id} dataset={dataset} now={now} />
                ))}
              </tbody>
            </table>
          </div>
        )}
        {nextCursor === null ? null : (
          <p>
            <a href={`/datasets?cursor=${encodeURIComponent(nextCursor)}`} rel="next">
              Older data sets
            </a>
          </p>
        )}
        <Register {...(refused ? { refused } : {})} />
      </>
    ),
  })
