import Box from '@cloudscape-design/components/box'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { Command } from '../../ui/command.tsx'
import {
  awsSsh,
  awsTunnel,
  configSnippet,
  fleetkeyScp,
  fleetkeySftp,
  fleetkeySsh,
  fleetkeyTunnel,
  plainSsh,
  sendKey,
  SSH_CONFIG_INSTALL,
  throughTunnel,
  type CommandFacts,
} from './commands.ts'
import { osUserProblem } from './os-user-problem.ts'

interface TabProps {
  readonly facts: CommandFacts
  /** As it is being typed: it may be no name (yet). */
  readonly osUser: string
  readonly onOsUser: (osUser: string) => void
}

/** Commands for a shell of one's own. */
export function SshClientTab({ facts, osUser, onOsUser }: TabProps) {
  return (
    <SpaceBetween size="l">
      <OsUserField osUser={osUser} onOsUser={onOsUser} />
      <Way
        title="With fleetkey"
        says="Makes a key for each connection, pushes it, and finds the way: directly or through a tunnel."
      >
        <Command text={fleetkeySsh(facts)} />
        <Command text={fleetkeyScp(facts)} />
        <Command text={fleetkeySftp(facts)} />
      </Way>
      <Way
        title="With the AWS CLI"
        says="Version 2. AWS_CA_BUNDLE names this server's CA where it is its own."
      >
        <Command text={awsSsh(facts)} />
      </Way>
      <Way
        title="With plain ssh"
        says="Once on your machine; then ssh, scp, rsync, git, VS Code and Ansible know your instances."
      >
        <Command text={SSH_CONFIG_INSTALL} />
        <Command text={plainSsh(facts)} />
      </Way>
      <Way
        title="With a key of your own"
        says="Push it, and connect within 60 seconds. This goes into ~/.ssh/config:"
      >
        <Command text={configSnippet(facts)} />
        <Command text={sendKey(facts)} />
        <Command text={plainSsh(facts)} />
      </Way>
    </SpaceBetween>
  )
}

/** Commands for a port of one's own machine that leads to the host. */
export function TunnelTab({ facts, osUser, onOsUser }: TabProps) {
  return (
    <SpaceBetween size="l">
      <OsUserField osUser={osUser} onOsUser={onOsUser} />
      <Way
        title="With fleetkey"
        says="Listens on a port of your machine; each connection is a tunnel through the control plane, also to hosts that take none from anywhere."
      >
        <Command text={fleetkeyTunnel(facts)} />
      </Way>
      <Way
        title="With the AWS CLI"
        says={
          facts.endpointId === undefined
            ? 'Version 2. It takes the endpoint of the instance’s site by itself.'
            : `Version 2, through the endpoint ${facts.endpointId}.`
        }
      >
        <Command text={awsTunnel(facts)} />
      </Way>
      <Way
        title="Through it"
        says="A tunnel is no login: a key has to be pushed as for any other connection."
      >
        <Command text={sendKey(facts)} />
        <Command text={throughTunnel(facts)} />
      </Way>
    </SpaceBetween>
  )
}

function OsUserField({
  osUser,
  onOsUser,
}: {
  readonly osUser: string
  readonly onOsUser: (osUser: string) => void
}) {
  return (
    <FormField label="User name" errorText={osUserProblem(osUser)}>
      <Input
        value={osUser}
        autoComplete={false}
        spellcheck={false}
        onChange={({ detail }) => onOsUser(detail.value.trim())}
      />
    </FormField>
  )
}

function Way({
  title,
  says,
  children,
}: {
  readonly title: string
  readonly says: string
  readonly children: React.ReactNode
}) {
  return (
    <SpaceBetween size="xs">
      <Box variant="h3" tagOverride="h2">
        {title}
      </Box>
      <Box color="text-body-secondary">{says}</Box>
      {children}
    </SpaceBetween>
  )
}
