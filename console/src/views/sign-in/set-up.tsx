import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useEffect, useState, type FormEvent } from 'react'
import { useNavigate } from 'react-router'
import { setUpAdministrator } from '../../api/signing-in.ts'
import { useAct } from '../../api/use-act.ts'
import { useSession } from '../../api/use-session.ts'
import { EntryField } from '../../ui/entry-field.tsx'
import { AssignAuthenticator } from '../account/assign-authenticator.tsx'
import { EntryFrame } from './entry-frame.tsx'
import { mistakesOf, tokenIn, type NewAdministrator } from './new-administrator.ts'

/** The first start: makes the administrator, offers a second factor, and leads to the first instance. */
export function SetUp() {
  const [token] = useState(() => tokenIn(location.hash))
  const session = useSession()
  // Out of the address, the history and whatever is shown or copied of it.
  useEffect(() => history.replaceState(history.state, '', location.pathname), [])
  if (session !== undefined) return <SecondFactor userName={session.principal.name} />
  return token === '' ? <NoToken /> : <Administrator token={token} />
}

function Administrator({ token }: { readonly token: string }) {
  const [typed, setTyped] = useState<NewAdministrator>({ userName: '', password: '', again: '' })
  const [wrong, setWrong] = useState<ReturnType<typeof mistakesOf>>({})
  const act = useAct(setUpAdministrator)
  const change = (name: keyof NewAdministrator) => (value: string) =>
    setTyped((last) => ({ ...last, [name]: value }))

  function submit(event: FormEvent) {
    event.preventDefault()
    const found = mistakesOf(typed)
    setWrong(found)
    if (Object.keys(found).length > 0) return
    void act.run({ Token: token, UserName: typed.userName, Password: typed.password })
  }

  return (
    <EntryFrame title="Set up Fleetkey" width={520}>
      <form onSubmit={submit} noValidate>
        <SpaceBetween size="l">
          <Box variant="p">
            Make the administrator: a user who may do everything, and makes the others.
          </Box>
          {act.refusal !== undefined && <Alert type="error">{act.refusal.message}</Alert>}
          <SpaceBetween size="m">
            <EntryField
              label="User name"
              value={typed.userName}
              error={wrong.userName}
              onChange={change('userName')}
              autoComplete="username"
            />
            <EntryField
              label="Password"
              description="At least 12 characters: several words are easier to remember than symbols."
              type="password"
              value={typed.password}
              error={wrong.password}
              onChange={change('password')}
              autoComplete="new-password"
            />
            <EntryField
              label="Retype password"
              type="password"
              value={typed.again}
              error={wrong.again}
              onChange={change('again')}
              autoComplete="new-password"
            />
          </SpaceBetween>
          <Button variant="primary" formAction="submit" loading={act.isRunning}>
            Create administrator
          </Button>
        </SpaceBetween>
      </form>
    </EntryFrame>
  )
}

function SecondFactor({ userName }: { readonly userName: string }) {
  const navigate = useNavigate()
  const goOn = () => void navigate('/instances/add', { replace: true })
  return (
    <EntryFrame title="Protect your account" width={640}>
      <SpaceBetween size="l">
        <Box variant="p">
          You are signed in as {userName}. A password alone can be seen or guessed: add an
          authenticator app as a second factor. You can also do it later, under Security
          credentials.
        </Box>
        <AssignAuthenticator userName={userName} onAssigned={goOn} />
        <Button variant="link" onClick={goOn}>
          Skip, and add the first instance
        </Button>
      </SpaceBetween>
    </EntryFrame>
  )
}

function NoToken() {
  return (
    <EntryFrame title="Set up Fleetkey" width={520}>
      <SpaceBetween size="m">
        <Box variant="p">
          This page is opened with the link that the server tells when it starts and there is no
          user yet: it ends in <Box variant="code">/set-up#…</Box>
        </Box>
        <Box variant="p">
          Each link is good for a day and for once. Start the server again, and it tells another.
        </Box>
        <Button href="/sign-in">Sign in instead</Button>
      </SpaceBetween>
    </EntryFrame>
  )
}
