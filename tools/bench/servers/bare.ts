import { plainProvider } from './plain-provider.ts';
import { reportToBench } from './report.ts';

const { server, issuer } = await plainProvider();
reportToBench(issuer, async () => {
  server.close();
});
