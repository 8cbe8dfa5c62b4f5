import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { awsSsh, awsTunnel, calledName, configSnippet, fleetkeySsh } from './commands.ts'
import { targetOf } from './connect-target.ts'
import { likelyOsUsers } from './default-os-user.ts'
import { hindranceOf } from './hindrances.ts'
import { keptOsUsers, withOsUser } from './last-os-user.ts'

const facts = {
  instanceId: 'i-0123456789abcdef0',
  name: 'web-1',
  address: '10.0.0.7',
  sshPort: 2022,
  osUser: 'deploy',
  url: 'https://fleetkey.example.com:8443',
  endpointId: undefined,
}

describe('commands', () => {
  it('call an instance by its name', () => {
    assert.equal(fleetkeySsh(facts), 'fleetkey ssh deploy@web-1')
  })

  it('call it by its id where the name is no plain word (a tag could put commands into a shell)', () => {
    for (const name of ['web 1', '$(reboot)', '-oProxyCommand=x', 'a;b', '`x`', '', undefined]) {
      assert.equal(calledName({ ...facts, name }), facts.instanceId, name)
    }
  })

  it('lead AWS clients here', () => {
    assert.equal(
      awsSsh(facts),
      'aws ec2-instance-connect ssh --instance-id i-0123456789abcdef0 --os-user deploy --endpoint-url https://fleetkey.example.com:8443',
    )
    assert.match(
      awsTunnel(facts),
      /open-tunnel --instance-id i-0123456789abcdef0 --remote-port 2022/,
    )
    assert.match(
      awsTunnel({ ...facts, endpointId: 'eice-1' }),
      /--instance-connect-endpoint-id eice-1 --private-ip-address 10\.0\.0\.7 --remote-port 2022/,
    )
  })

  it('have a snippet for ~/.ssh/config', () => {
    assert.match(configSnippet(facts), /^Host web-1\n {2}HostName 10\.0\.0\.7\n {2}Port 2022\n/)
  })
})

describe('the user that is proposed', () => {
  it('is that of the cloud images of the system', () => {
    assert.deepEqual(likelyOsUsers('Ubuntu 24.04.1 LTS', []), ['ubuntu'])
    assert.deepEqual(likelyOsUsers('Debian GNU/Linux 12 (bookworm)', []), ['debian'])
    assert.deepEqual(likelyOsUsers('Amazon Linux 2023', []), ['ec2-user'])
    assert.deepEqual(likelyOsUsers('', []), ['ec2-user'])
  })

  it('is one that the host has, where its agent tells', () => {
    const debian = 'Debian GNU/Linux 12 (bookworm)'
    assert.deepEqual(likelyOsUsers(debian, ['deploy', 'ec2-user']), ['ec2-user', 'deploy'])
    assert.deepEqual(likelyOsUsers(debian, ['zoe', 'debian']), ['debian', 'zoe'])
  })

  it('is the last one that was used on the instance', () => {
    const kept = withOsUser(withOsUser(new Map(), 'i-1', 'alice'), 'i-2', 'bob')
    const again = withOsUser(kept, 'i-1', 'carol')
    const back = keptOsUsers(JSON.stringify([...again]))
    assert.deepEqual(
      [...back],
      [
        ['i-2', 'bob'],
        ['i-1', 'carol'],
      ],
    )
  })

  it('is never what was kept wrongly', () => {
    for (const text of ['{', 'null', '[["i-1","-oProxyCommand=x"]]', '[1,[2,3]]', undefined]) {
      assert.equal(keptOsUsers(text).size, 0, text)
    }
  })
})

describe('what stands in the way', () => {
  const well = { state: 'running', sshdVersion: 'OpenSSH_9.2p1', problems: [] }

  it('is nothing on a host that is well', () => {
    assert.equal(hindranceOf(well), undefined)
  })

  it('is said for an agent that is away, a host that has not joined, a missing sshd', () => {
    assert.match(hindranceOf({ ...well, state: 'stopped' })?.header ?? '', /agent/)
    assert.match(hindranceOf({ ...well, state: 'pending' })?.header ?? '', /joined/)
    assert.match(hindranceOf({ ...well, sshdVersion: '' })?.header ?? '', /sshd/)
    assert.equal(
      hindranceOf({ ...well, state: 'terminated' })?.header,
      'The instance is terminated',
    )
  })

  it('is what the agent says', () => {
    assert.equal(
      hindranceOf({ ...well, problems: ['sshd does not ask for keys.'] })?.says,
      'sshd does not ask for keys.',
    )
  })
})

describe('targetOf', () => {
  it('reads what DescribeInstances shows', () => {
    const target = targetOf('i-1', {
      Reservations: [
        {
          Instances: [
            {
              State: { Name: 'running' },
              Tags: [{ Key: 'Name', Value: 'web-1' }],
              PrivateIpAddress: '10.0.0.7',
              Fleetkey: { Os: 'Debian', SshPort: 2022, SshdVersion: 'OpenSSH_9.2p1', Problems: [] },
            },
          ],
        },
      ],
    })
    assert.equal(target.name, 'web-1')
    assert.equal(target.sshPort, 2022)
  })

  it('does not fail on an instance that no host has joined as', () => {
    const target = targetOf('i-1', {
      Reservations: [{ Instances: [{ State: { Name: 'pending' } }] }],
    })
    assert.equal(target.state, 'pending')
    assert.equal(target.address, undefined)
  })
})
