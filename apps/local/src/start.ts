/** The entry of `npm start`. The version is checked before anything is imported that an older Node cannot read. */
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`npm start: Node ${process.versions.node} is too old: Holdfast needs Node 20.19 or newer\n`);
  process.exit(1);
}
if (process.platform === 'win32') {
  process.stderr.write('npm start: Windows has no Redis: start Holdfast in WSL\n');
  process.exit(1);
}

const { launch } = await import('./launch.js');
await launch();
