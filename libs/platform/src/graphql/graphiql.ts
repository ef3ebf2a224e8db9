import type { FastifyInstance } from 'fastify';

/**
 * GraphiQL for people who open /graphql in a browser. The page is one file with everything inside (9 MB), from the npm
 * package: it works without the internet, and it is loaded into memory when the first person asks for it.
 */
export function serveGraphiQL(server: FastifyInstance, path: string): void {
  let page: Promise<Buffer> | undefined;
  server.addHook('onRequest', (request, reply, done) => {
    const wantsPage =
      request.method === 'GET' && request.url.split('?')[0] === path && request.headers.accept?.includes('text/html');
    if (!wantsPage) return done();
    page ??= renderPage(path);
    page.then(
      (html) =>
        void reply.header('content-type', 'text/html; charset=utf-8').header('cache-control', 'no-cache').send(html),
      done,
    );
  });
}

const WELCOME = `# Log in, then put the token into the Headers tab:
# { "Authorization": "Bearer <accessToken>" }

query NextTrips {
  trips(first: 3) {
    nodes {
      title
      localStart
      availability { available total }
    }
  }
}

mutation LogIn {
  logIn(input: {
    email: "passenger@holdfast.test"
    password: "holdfast-demo"
  }) {
    ... on Session { accessToken }
    ... on Refusal { message }
  }
}
`;

async function renderPage(path: string): Promise<Buffer> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const page = renderGraphiQL({
    title: 'Holdfast GraphiQL',
    endpoint: path,
    subscriptionsProtocol: 'WS',
    defaultQuery: WELCOME,
  });
  return Buffer.from(page);
}
