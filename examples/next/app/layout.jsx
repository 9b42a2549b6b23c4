import { AskFirst } from 'askfirst/react';

export const metadata = { title: 'A shop, with Next.js', icons: { icon: 'data:,' } };

// `local` is for trying it out on your own machine: leave it away on the site that you publish.
export default function Layout({ children }) {
  return (
    <html lang="en">
      <body>
        <AskFirst site="demo" endpoint="http://127.0.0.1:8100" local="on" />
        {children}
      </body>
    </html>
  );
}
