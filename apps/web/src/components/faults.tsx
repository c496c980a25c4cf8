/** A fault of what was sent, by JSON pointer. */
export interface ShownFault {
  pointer: string
  detail: string
}

/** All faults as a list that says where each is. */
export const Faults = ({ id, faults }: { id: string; faults: readonly ShownFault[] }) =>
  faults.length === 0 ? null : (
    <ul class="faults" id={id}>
      {faults.map(({ pointer, detail }) => (
        <li key={pointer + detail}>
          {pointer === '' ? null : <code>{pointer}</code>} {detail}
        </li>
      ))}
    </ul>
  )
