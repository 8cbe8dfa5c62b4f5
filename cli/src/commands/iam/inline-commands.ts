import type { Command } from 'commander'
import { answersOf, textOf, textsOf } from '../../api/answer.ts'
import { listAll } from '../../api/list-all.ts'
import { iamOperation } from '../../api/operations.ts'
import { withApi } from '../../api/with-api.ts'
import {
  defineCommand,
  withConnectionFlags,
  withListingFlags,
  type ListingFlags,
} from '../../command.ts'
import type { ConnectionFlags } from '../../config/settings.ts'
import { readInput } from '../../input.ts'
import { printable } from '../../output.ts'
import { printListing, type Screen } from '../../screen.ts'
import { commandOf, named, type Kind } from './kind.ts'
import { shownDocument } from './shown-document.ts'

/** `fleetkey iam users policies` and the same for groups and roles: inline ones and attached ones. */
export function policiesOfCommand(screen: Screen, kind: Kind): Command {
  const { noun, word, example } = kind
  const about = {
    summary: `List the policies of a ${word}: its own (inline) and the managed ones that are attached.`,
    examples: [`${commandOf(kind)} policies ${example}`],
  }
  return withListingFlags(defineCommand(screen, 'policies', about))
    .argument(`<${word}>`)
    .action(async (name: string, flags: ListingFlags) => {
      const input = named(kind, name)
      const [inline, attached] = await withApi(screen, flags, (api) =>
        Promise.all([
          listAll(api, iamOperation(`List${noun}Policies`), { member: 'PolicyNames', input }),
          listAll(api, iamOperation(`ListAttached${noun}Policies`), {
            member: 'AttachedPolicies',
            input,
          }),
        ]),
      )
      const policies: readonly Held[] = [
        ...textsOf(inline, 'PolicyNames').map((policyName) => ({ policyName })),
        ...answersOf(attached, 'AttachedPolicies').map((policy) => ({
          policyName: textOf(policy, 'PolicyName'),
          policyArn: textOf(policy, 'PolicyArn'),
        })),
      ]
      printListing(screen, flags.output, {
        headings: ['POLICY', 'ARN'],
        rows: policies.map(({ policyName, policyArn }) => [policyName, policyArn ?? '(inline)']),
        json: policies,
        whenEmpty: `${printable(name)} has no policy.`,
      })
    })
}

interface Held {
  readonly policyName: string
  /** Of a managed policy. */
  readonly policyArn?: string
}

/** `fleetkey iam users put-policy` and the same for groups and roles. */
export function putPolicyCommand(screen: Screen, kind: Kind): Command {
  const { noun, word, example } = kind
  const begin = `${commandOf(kind)} put-policy ${example} staging-only`
  const about = {
    summary: `Give a ${word} a policy of its own (AWS IAM policy language), or replace it.`,
    examples: [`${begin} policy.json`, `${begin} -  < policy.json`],
  }
  return withConnectionFlags(defineCommand(screen, 'put-policy', about))
    .argument(`<${word}>`)
    .argument('<policy-name>')
    .argument('<file>', 'JSON; - for standard input')
    .action(async (name: string, PolicyName: string, path: string, flags: ConnectionFlags) => {
      const PolicyDocument = await readInput(path)
      const input = { ...named(kind, name), PolicyName, PolicyDocument }
      await withApi(screen, flags, (api) => api.call(iamOperation(`Put${noun}Policy`), input))
      screen.out(`${printable(name)} has the policy ${printable(PolicyName)}.\n`)
    })
}

/** `fleetkey iam users get-policy` and the same for groups and roles: the document alone. */
export function getPolicyCommand(screen: Screen, kind: Kind): Command {
  const { noun, word, example } = kind
  const about = {
    summary: `Print a policy of a ${word}, to read or to change.`,
    examples: [`${commandOf(kind)} get-policy ${example} staging-only > policy.json`],
  }
  return withConnectionFlags(defineCommand(screen, 'get-policy', about))
    .argument(`<${word}>`)
    .argument('<policy-name>')
    .action(async (name: string, PolicyName: string, flags: ConnectionFlags) => {
      const answer = await withApi(screen, flags, (api) =>
        api.call(iamOperation(`Get${noun}Policy`), { ...named(kind, name), PolicyName }),
      )
      screen.out(`${shownDocument(textOf(answer, 'PolicyDocument'))}\n`)
    })
}

/** `fleetkey iam users delete-policy` and the same for groups and roles. */
export function deletePolicyCommand(screen: Screen, kind: Kind): Command {
  const { noun, word, example } = kind
  const about = {
    summary: `Take a policy from a ${word}. The next request already feels it.`,
    examples: [`${commandOf(kind)} delete-policy ${example} staging-only`],
  }
  return withConnectionFlags(defineCommand(screen, 'delete-policy', about))
    .argument(`<${word}>`)
    .argument('<policy-name>')
    .action(async (name: string, PolicyName: string, flags: ConnectionFlags) => {
      const input = { ...named(kind, name), PolicyName }
      await withApi(screen, flags, (api) => api.call(iamOperation(`Delete${noun}Policy`), input))
      screen.out(`${printable(name)} no longer has ${printable(PolicyName)}.\n`)
    })
}
