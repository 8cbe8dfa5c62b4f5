import SpaceBetween from '@cloudscape-design/components/space-between'
import type { LockState as Lock } from '@fleetkey/domain/host-facts'
import { Command } from '../../../ui/command.tsx'
import { LockIndicator } from '../state-indicator.tsx'

/** Whether grants are the only way in; why not, and how to make it so. */
export function LockState({ lock }: { readonly lock: Lock }) {
  return (
    <SpaceBetween size="s">
      <LockIndicator kind={lock.kind} />
      {explain(lock)}
      {lock.kind === 'open' && (
        <>
          <div>
            To make pushed keys the only way in, run this on the host as root. Keep another way to
            its console first: it turns these off.
          </div>
          <Command text="fleetkey agent install --lock" />
        </>
      )}
    </SpaceBetween>
  )
}

function explain(lock: Lock) {
  switch (lock.kind) {
    case 'locked':
      return <div>Pushed keys are the only way in: the agent measured it with sshd -T.</div>
    case 'open':
      return (
        <div>
          There are other ways in beside pushed keys:
          <ul style={{ margin: 0, paddingInlineStart: '1.2em' }}>
            {lock.ways.map((way) => (
              <li key={way}>
                <bdi>{way}</bdi>
              </li>
            ))}
          </ul>
        </div>
      )
    case 'unknown':
      return (
        <div>
          Whether there are other ways in could not be measured: <bdi>{lock.because}</bdi>
        </div>
      )
  }
}
