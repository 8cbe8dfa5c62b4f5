import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState, type FormEvent } from 'react'
import { call } from '../../api/call.ts'
import { useAct } from '../../api/use-act.ts'
import { Copyable } from '../../ui/copyable.tsx'
import { Refusal } from '../../ui/refusal.tsx'
import { deviceNameMistake, qrImage, seedText, type NewDevice } from './new-device.ts'

/** An authenticator app becomes somebody's second factor: name, QR code, two codes that follow one another. */
export function AssignAuthenticator({
  userName,
  onMade,
  onAssigned,
}: {
  readonly userName: string
  /** It is there, and nobody's until it is assigned. */
  readonly onMade?: (serialNumber: string) => void
  readonly onAssigned: () => void
}) {
  const [name, setName] = useState(userName)
  const [device, setDevice] = useState<NewDevice>()
  const make = useAct(async () => {
    const made = await call<{ VirtualMFADevice: NewDevice }>('iam', 'CreateVirtualMFADevice', {
      VirtualMFADeviceName: name,
    })
    setDevice(made.VirtualMFADevice)
    onMade?.(made.VirtualMFADevice.SerialNumber)
  })
  if (device !== undefined) return <ShowCodes {...{ userName, device, onAssigned }} />
  const mistake = deviceNameMistake(name)
  const isTaken = make.refusal?.code === 'EntityAlreadyExists'
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        if (mistake === undefined) void make.run()
      }}
    >
      <SpaceBetween size="m">
        <Refusal refusal={isTaken ? undefined : make.refusal} header="No device was made" />
        <FormField
          label="Device name"
          description="Of the phone or the app: each in the account has a name of its own."
          errorText={isTaken ? 'There is a device of this name. Choose another one.' : mistake}
        >
          <Input
            value={name}
            onChange={({ detail }) => {
              setName(detail.value)
              make.forget()
            }}
            autoComplete={false}
          />
        </FormField>
        <Button formAction="submit" loading={make.isRunning}>
          Show QR code
        </Button>
      </SpaceBetween>
    </form>
  )
}

function ShowCodes({
  userName,
  device,
  onAssigned,
}: {
  readonly userName: string
  readonly device: NewDevice
  readonly onAssigned: () => void
}) {
  const [first, setFirst] = useState('')
  const [second, setSecond] = useState('')
  const enable = useAct(async () => {
    await call('iam', 'EnableMFADevice', {
      UserName: userName,
      SerialNumber: device.SerialNumber,
      AuthenticationCode1: first.replaceAll(/\s/g, ''),
      AuthenticationCode2: second.replaceAll(/\s/g, ''),
    })
    onAssigned()
  })
  function submit(event: FormEvent) {
    event.preventDefault()
    void enable.run()
  }
  return (
    <form onSubmit={submit} noValidate>
      <SpaceBetween size="m">
        <Box variant="p">
          Scan this with your authenticator app, then type two codes that follow one another.
        </Box>
        <img
          src={qrImage(device)}
          alt="QR code for the authenticator app; the same key stands below as text"
          style={{ background: '#fff', maxWidth: '100%' }}
        />
        <FormField
          label="Key"
          description="For an app that takes no picture. It is shown this once."
        >
          <Copyable text={seedText(device)} what="the key" />
        </FormField>
        <Refusal refusal={enable.refusal} header="The device was not added" />
        <FormField label="MFA code 1">
          <Input
            value={first}
            onChange={({ detail }) => setFirst(detail.value)}
            autoComplete="one-time-code"
            inputMode="numeric"
          />
        </FormField>
        <FormField label="MFA code 2" description="The next that it shows, within half a minute.">
          <Input
            value={second}
            onChange={({ detail }) => setSecond(detail.value)}
            autoComplete={false}
            inputMode="numeric"
          />
        </FormField>
        <Button variant="primary" formAction="submit" loading={enable.isRunning}>
          Add MFA
        </Button>
      </SpaceBetween>
    </form>
  )
}
