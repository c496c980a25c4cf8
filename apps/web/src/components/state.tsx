import { looks, type ShownState, stateWords } from '../words.ts'
import { Icon } from './icon.tsx'

/** A state as icon, word and colour. */
export const State = ({ state, badge = false }: { state: ShownState; badge?: boolean }) => (
  <span class={`state ${looks[state]}${badge ? ' badge' : ''}`}>
    <Icon look={looks[state]} />
    {stateWords[state]}
  </span>
)
