import { iam } from '../api/iam.ts'
import { ConfirmDelete } from '../parts/confirm-delete.tsx'
import { Consequences } from '../parts/consequences.tsx'
import { whatHangsOnUser } from './what-hangs-on.ts'

/** Deletes a user with what hangs on it, once that was seen. */
export function DeleteUser({
  userName,
  onDone,
  onClose,
}: {
  readonly userName: string
  readonly onDone: () => void
  readonly onClose: () => void
}) {
  return (
    <ConfirmDelete
      name={userName}
      what="user"
      consequences={
        <Consequences of={`user ${userName}`} ask={(signal) => whatHangsOnUser(userName, signal)} />
      }
      onDelete={() => iam('DeleteUser', { UserName: userName, Force: true })}
      onDone={onDone}
      onClose={onClose}
    />
  )
}
