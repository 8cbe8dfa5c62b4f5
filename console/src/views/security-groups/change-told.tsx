import Box from '@cloudscape-design/components/box'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { Flashes } from '../../ui/use-flashes.tsx'
import { changeText, unmoved, type ChangeTold } from './hosts-told.ts'

/** Hosts whose words are shown; of more, how many there are is told. */
const SHOWN = 10

/** Says what was done, where it is in force, and what to mend where it is not. */
export function sayChange(flashes: Flashes, done: string, change: ChangeTold): void {
  const behind = unmoved(change)
  const type = behind.length > 0 ? 'warning' : 'success'
  flashes.say(
    type,
    done,
    <SpaceBetween size="xxs">
      <Box variant="span" color="inherit">
        {change.hosts.length === 0 ? 'It is on no host.' : `${changeText(change)}.`}
      </Box>
      {behind.slice(0, SHOWN).map(({ instanceId, says }) => (
        <Box key={instanceId} variant="span" color="inherit">
          {instanceId}: {says}
        </Box>
      ))}
      {change.warning !== undefined && (
        <Box variant="span" color="inherit">
          {change.warning}
        </Box>
      )}
    </SpaceBetween>,
  )
}
