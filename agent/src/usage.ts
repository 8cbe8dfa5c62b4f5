/** The help of each command: what it does, its options, examples that can be pasted. */
export const USAGE = {
  agent: `fleetkey agent COMMAND: the host side of Fleetkey

  join URL     enrol this host with a join token
  install      let sshd take pushed keys, and start the agent with the host
  run          run the agent (what the service does)
  status       what this host joined, and what its agent does
  uninstall    undo install

fleetkey agent COMMAND --help shows options and examples.
Exit codes: 0 done, 64 usage, 66 a file cannot be read, 69 not running or not connected, 70 internal, 73 the server refused,
78 not joined or settings not usable, 80 certificate not trusted, 81 server not reached.
`,
  join: `fleetkey agent join URL [--token-file F] [--ca-file F] [--replace]

Enrols this host: makes its key, spends the join token, and keeps whom to believe.
The token comes from the file, from FLEETKEY_JOIN_TOKEN, or from stdin; never as an argument, which everybody on the host can read.

  --token-file F   read the token from this file
  --ca-file F      trust the CA certificates in this PEM file instead of the one that the token names
  --replace        join anew although this host has joined already; it becomes another instance

  fleetkey agent join https://fleetkey.example.com:8443 --token-file /root/join-token
  fleetkey join-tokens create --name web-1 | ssh root@web-1 fleetkey agent join https://fleetkey.example.com:8443
`,
  run: `fleetkey agent run

Runs the agent until SIGTERM or SIGINT. Logs one JSON line for each event to stderr. SIGHUP looks at sshd's configuration anew.
Stopping takes away live keys; established SSH sessions go on.
Settings: /etc/fleetkey/agent.json (delivery, allowRoot, allowUsers, denyUsers, sshPort, logLevel).

  fleetkey agent run
  FLEETKEY_AGENT_ROOT=$HOME/agent fleetkey agent run    # all files below another directory, without root
`,
  status: `fleetkey agent status [--output text|json]

  fleetkey agent status
  fleetkey agent status --output json | jq .agent.problems
`,
  install: `fleetkey agent install [--delivery command|file|home|metadata] [--lock|--no-lock] [--dry-run]

Lets sshd take pushed keys, and starts the agent with the host. sshd's configuration is checked before it is used.

  --delivery KIND   how keys reach sshd; default: what /etc/fleetkey/agent.json says, or command;
                    metadata: through Amazon's host package (ec2-instance-connect), which must be installed
  --lock            make grants the only way in
  --no-lock         open again what --lock shut; without either it stays as it is
  --dry-run         say what would be done

  fleetkey agent install --dry-run
  fleetkey agent install --lock
`,
  uninstall: `fleetkey agent uninstall

Undoes what install did. Established SSH sessions go on.

  fleetkey agent uninstall
`,
} as const
