import Box from '@cloudscape-design/components/box'
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard'
import Table from '@cloudscape-design/components/table'
import { useAnswer } from '../../../api/use-answer.ts'
import { Copyable } from '../../../ui/copyable.tsx'
import { fingerprintOf } from '../../../ui/fingerprint.ts'

/** The host keys that its sshd serves, as its agent reports them: what a client should be shown at the first login. */
export function HostKeys({ keys }: { readonly keys: readonly string[] }) {
  const fingerprints = useAnswer(keys.join('\n'), () => Promise.all(keys.map(fingerprintOf)))
  const rows = keys.map((key, at) => ({ key, fingerprint: fingerprints.value?.[at] }))
  return (
    <Table
      variant="embedded"
      items={rows}
      trackBy="key"
      header={<Box variant="h3">Host keys</Box>}
      ariaLabels={{ tableLabel: 'Host keys' }}
      columnDefinitions={[
        { id: 'type', header: 'Type', isRowHeader: true, cell: ({ key }) => key.split(' ')[0] },
        {
          id: 'fingerprint',
          header: 'Fingerprint',
          cell: ({ fingerprint }) =>
            fingerprint === undefined ? (
              '–'
            ) : (
              <Copyable text={fingerprint} what="the fingerprint" />
            ),
        },
        {
          id: 'key',
          header: 'Key',
          cell: ({ key }) => (
            <CopyToClipboard
              variant="icon"
              textToCopy={key}
              copyButtonAriaLabel={`Copy the ${key.split(' ')[0]} key`}
              copySuccessText="Copied the key"
              copyErrorText="The browser did not let the key be copied"
            />
          ),
        },
      ]}
      empty="Its agent has not reported any."
    />
  )
}
