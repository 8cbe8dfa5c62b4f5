import { entityAlreadyExists } from '@fleetkey/domain/exceptions/iam'
import { operation, type AnyOperation, type Asker, type Resource } from '../operation.ts'
import { entityArn } from './entity-arn.ts'
import { entityResource, resourceOf } from './entity-resource.ts'
import { fromMembers } from './from-members.ts'
import { handOverAt } from './hand-over.ts'
import { LONG_NAME, readNewPath, SHORT_NAME } from './names.ts'
import { GROUP, requireEntity, USER, type Naming } from './naming.ts'
import { withEntity } from './rights-edit.ts'

interface Input {
  readonly named: string
  readonly newName: string | undefined
  readonly newPath: string | undefined
}

/** Ids, keys, policies and memberships stay. IAM API reference, "UpdateUser". */
export const updateUser = renaming(USER, SHORT_NAME)

/** IAM API reference, "UpdateGroup". */
export const updateGroup = renaming(GROUP, LONG_NAME)

function renaming(naming: Naming, nameLimits: typeof SHORT_NAME): AnyOperation {
  const { noun, recordedAs } = naming
  return operation<Input>({
    name: `Update${noun}`,
    service: 'iam',
    action: `iam:Update${noun}`,
    access: 'write',
    parse: fromMembers((v) => ({
      named: naming.read(v),
      newName: v.optionalString(`New${naming.member}`, nameLimits),
      newPath: readNewPath(v),
    })),
    resources: (input, asker) => oldAndNew(naming, input, asker),
    // Policies may have a user's name in a variable, and conditions on it.
    ...(naming === USER && {
      handsOver: ({ named, newName, newPath }: Input, asker: Asker) =>
        handOverAt(naming, named, {
          asker,
          edit: (row) =>
            withEntity({ ...row, name: newName ?? row.name, path: newPath ?? row.path }),
        }),
    }),
    trail: ({ named, newName, newPath }) => ({
      requestParameters: {
        [recordedAs]: named,
        [`new${naming.member}`]: newName,
        newPath,
      },
    }),
    async run({ named, newName, newPath }, call) {
      const { id } = await requireEntity(naming, named, call)
      const change = {
        ...(newName === undefined ? {} : { name: newName }),
        ...(newPath === undefined ? {} : { path: newPath }),
      }
      if (!(await call.store.identities.entities.rename(id, change))) {
        throw entityAlreadyExists(`${noun} with name ${newName}`)
      }
      return {}
    },
  })
}

/** Both must be allowed (IAM User Guide, "Rename an IAM user"): or a name that policies give more to would be there for the taking. */
async function oldAndNew(
  naming: Naming,
  { named, newName, newPath }: Input,
  asker: Asker,
): Promise<readonly Resource[]> {
  const row = await naming.find(named, asker)
  if (row === undefined) return [await entityResource(naming, named, asker)]
  const before = resourceOf(row, asker)
  const renamed = { ...row, name: newName ?? row.name, path: newPath ?? row.path }
  const after = { ...before, arn: entityArn(renamed, asker.realm) }
  return after.arn === before.arn ? [before] : [before, after]
}
