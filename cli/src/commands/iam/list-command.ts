import type { Command } from 'commander'
import { answersOf, optionalTextOf, optionalTimeOf, textOf } from '../../api/answer.ts'
import { listAll } from '../../api/list-all.ts'
import { iamOperation } from '../../api/operations.ts'
import { withApi } from '../../api/with-api.ts'
import { defineCommand, withListingFlags, type ListingFlags } from '../../command.ts'
import { printListing, type Screen } from '../../screen.ts'
import { localTime } from '../../time.ts'
import { commandOf, type Kind } from './kind.ts'

/** `fleetkey iam users list` and the same for groups and roles. */
export function listCommand(screen: Screen, kind: Kind): Command {
  const { noun, word } = kind
  const about = {
    summary: `List ${word}s.`,
    examples: [`${commandOf(kind)} --output json`, `${commandOf(kind)} list --path /team-a/`],
  }
  return withListingFlags(defineCommand(screen, 'list', about))
    .option('--path <prefix>', 'only those whose path begins so')
    .action(async (flags: ListingFlags & { readonly path?: string }) => {
      const answer = await withApi(screen, flags, (api) =>
        listAll(api, iamOperation(`List${noun}s`), {
          member: `${noun}s`,
          input: { PathPrefix: flags.path },
        }),
      )
      const entities = answersOf(answer, `${noun}s`).map((entity) => ({
        name: textOf(entity, `${noun}Name`),
        id: optionalTextOf(entity, `${noun}Id`) ?? '-',
        arn: textOf(entity, 'Arn'),
        createdAt: optionalTimeOf(entity, 'CreateDate'),
        description: optionalTextOf(entity, 'Description'),
      }))
      printListing(screen, flags.output, {
        headings: [word.toUpperCase(), 'CREATED', 'ARN'],
        rows: entities.map(({ name, createdAt, arn }) => [
          name,
          createdAt === undefined ? '-' : localTime(createdAt),
          arn,
        ]),
        json: entities.map(({ name, id, ...rest }) => ({
          [`${word}Name`]: name,
          [`${word}Id`]: id,
          ...rest,
        })),
        whenEmpty: `No ${word}s yet. Make one: ${commandOf(kind)} create NAME`,
      })
    })
}
