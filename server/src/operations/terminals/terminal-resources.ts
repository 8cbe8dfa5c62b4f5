import { instanceArn } from '@fleetkey/domain/arn'
import type { ListedTerminal } from '../../terminals/terminals.ts'
import { isOwn } from '../is-own.ts'
import type { Asker, Resource } from '../operation.ts'
import { SessionResources } from '../ssh-sessions/session-resource.ts'

/** What is asked about terminals: may they do this on its instance, as it is now? Their own need no policy. */
export class TerminalResources {
  readonly #asker: Asker
  readonly #instances: SessionResources

  constructor(asker: Asker) {
    this.#asker = asker
    this.#instances = new SessionResources(asker)
  }

  isOwn(terminal: Pick<ListedTerminal, 'owner'>): boolean {
    return isOwn(terminal, this.#asker)
  }

  async of(terminal: ListedTerminal | undefined): Promise<Resource> {
    // Who may ask about no instance is not told whether there is such a terminal.
    if (terminal === undefined) return { arn: instanceArn(this.#asker.realm, '*') }
    const resource = await this.#instances.ofInstance(terminal.instanceId)
    return this.isOwn(terminal) ? { ...resource, isOwn: true } : resource
  }
}
