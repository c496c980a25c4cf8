import { isMainThread } from 'node:worker_threads'

// Apart, so that a thread does not load what it never uses.
if (isMainThread) await (await import('./serve.ts')).serve()
else await (await import('./manifest-thread.ts')).runManifestThread()
