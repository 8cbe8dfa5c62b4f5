/** As in package.json (tested): a bundled agent has no file to read it from. */
export const AGENT_VERSION = '0.1.0'
