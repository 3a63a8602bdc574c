// A process of the strategies bench: runs the groups that it is sent, one at a time, and tells what came of them.
import { register } from 'tsx/esm/api'

register()
const { serveGroups } = await import('./serve-groups.ts')
serveGroups()
