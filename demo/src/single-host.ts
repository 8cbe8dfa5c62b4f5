import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { startControlPlane } from '@fleetkey/fleet/control-plane'
import { startUnprivilegedAgent } from '@fleetkey/fleet/unprivileged-agent'
import { startUnprivilegedHost } from '@fleetkey/fleet/unprivileged-host'
import type { StartDemo } from './demo.ts'
import { environmentFile } from './environment-file.ts'
import { DemoFailure } from './failure.ts'
import { makePeople } from './people.ts'
import { openSingleSignOn, signInTry } from './single-sign-on.ts'

/** Without root: one host, an sshd of the current user's on a high port, with `file` delivery. */
export const startSingleHost: StartDemo = async ({ dir, missing, screen, undo }) => {
  if (!/^[\w./+@-]*$/.test(dir)) {
    throw new DemoFailure(
      `The path ${dir} cannot stand in sshd's configuration.`,
      'Choose a plain one: fleetkey demo --dir ~/fleetkey-demo',
    )
  }
  const agentRoot = `${dir}/host/agent`
  const host = await startUnprivilegedHost({
    dir: `${dir}/host`,
    // This directory is the current user's alone (0700). Those above it may be open to a group, as with umask 002, or be /tmp.
    sshdConfig: `StrictModes no\nAuthorizedKeysFile ${agentRoot}/run/fleetkey/authorized_keys/%u\n`,
  })
  undo(() => host.stop())
  screen.step(`sshd on port ${host.port}, for ${host.user}`)
  const plane = await startControlPlane({ dir: `${dir}/server`, address: '127.0.0.1' })
  undo(() => plane.stop())
  screen.step('control plane')
  for (const directory of ['etc/fleetkey', 'etc/ssh'])
    mkdirSync(`${agentRoot}/${directory}`, { recursive: true, mode: 0o700 })
  symlinkSync(host.sshdConfigPath, `${agentRoot}/etc/ssh/sshd_config`)
  const settings = {
    delivery: 'file',
    allowUsers: [host.user],
    allowRoot: host.user === 'root',
  }
  writeFileSync(`${agentRoot}/etc/fleetkey/agent.json`, `${JSON.stringify(settings)}\n`, {
    mode: 0o600,
  })
  const people = makePeople(plane).then((made) => {
    writeFileSync(`${dir}/env`, environmentFile(made.admin.environment), { mode: 0o600 })
    writeFileSync(`${dir}/env-alice`, environmentFile(made.alice.environment), { mode: 0o600 })
    return [made.admin.account, made.alice.account]
  })
  const enrolment = { root: agentRoot, plane, name: 'web-1', tags: { env: 'dev' } }
  const agent = startUnprivilegedAgent(enrolment).then((started) => {
    undo(() => started.stop())
    screen.step('web-1 (env=dev): agent')
  })
  const signingIn = openSingleSignOn(plane, { dir, osUsers: [host.user], undo }).then((made) => {
    screen.step('a sign-in provider with carol, and role sre for her group')
    return made
  })
  const [signIn, accounts] = await Promise.all([signingIn, people, agent])
  return {
    url: plane.url,
    accounts,
    caFile: plane.caFile,
    signIn,
    note: `One host, an sshd of your own, for want of ${missing.join(', ')}.`,
    tries: [
      {
        shows: 'yourself, with a key that lives a minute',
        as: 'env',
        command: `ssh ${host.user}@web-1 -- id -un`,
      },
      {
        shows: 'alice may reach only env=staging: refused, and why',
        as: 'env-alice',
        command: `ssh ${host.user}@web-1`,
      },
      signInTry(signIn),
      {
        shows: 'as role sre of her group, which reaches env=dev',
        as: 'env-carol',
        command: `ssh ${host.user}@web-1 -- id -un`,
      },
      { shows: 'the fleet', as: 'env', command: 'instances' },
      { shows: 'who pushed what where, and what became of it', as: 'env', command: 'events' },
    ],
  }
}
