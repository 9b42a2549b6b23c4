import Link from 'next/link';
import { Buttons } from './buttons';

// Drawn by the server for each request.
export const dynamic = 'force-dynamic';

export default function Shop() {
  return (
    <main>
      <h1>A shop, with Next.js</h1>
      <Link id="about" href="/about">
        About
      </Link>
      <Buttons />
    </main>
  );
}
