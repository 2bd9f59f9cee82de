import { TextPage } from './text-page';

/** What is kept, how long, and who sees it. */
export function PrivacyPage() {
  return (
    <TextPage
      title="Privacy"
      short="Pictures and sound go from browser to browser, encrypted, and never through us. We keep little, for a set time, and sell nothing."
    >
      <h2>What the other person learns</h2>
      <p>
        Your nickname, the interests you share, and what you show and say. Because the call goes straight from browser to browser, the
        other’s computer also learns your network address (IP), as in every video call of that kind. Switch on{' '}
        <strong>Hide my IP address</strong>, below your picture before the call or in Account, Privacy, and the call goes through a relay instead: the other
        then learns the relay’s address and not yours. The relay passes on what it cannot decrypt.
      </p>
      <h2>What we keep, and how long</h2>
      <KeptTable />
      <h2>Reports are sealed</h2>
      <p>
        What goes along with a report is encrypted with a key that only the part of the service that answers moderators has. Each time
        a moderator opens it, that is written down in a book to which can only be added. The person you report never learns that it
        was you.
      </p>
      <h2>What we count</h2>
      <p>
        To run the service we count calls, waits and failures. In those numbers you are a pseudonym that changes every day: no nickname,
        no e-mail address, no network address and no word of a chat is in them.
      </p>
      <h2>Who else is involved</h2>
      <p>
        The service runs on Amazon Web Services, who store and carry what is listed above for us. If you let friends ring you with the
        page closed, your browser’s push service carries an encrypted note that it cannot read. There is no advertising, there are no
        trackers, and nothing is sold or given to anybody else, unless a law obliges us.
      </p>
      <h2>What is stored in your browser</h2>
      <p>
        One cookie that signs you in, and small notes: your choices in the green room, that you agreed to the terms, and what a reload
        needs to go on. Nothing in them follows you to other sites, so there is no cookie banner.
      </p>
      <h2>Why we may</h2>
      <p>
        We keep what the service needs to work (contract), what keeps people safe from misuse (legitimate interest), and what you
        agreed to. You can take that back by erasing everything.
      </p>
      <h2>Your rights</h2>
      <p>
        Under Account, Privacy you can see and change what we keep, download all of it in one file, and erase it, at once and without
        asking anybody. That works while a ban holds, too. What was reported about you outlives it, sealed, for as long as stands above,
        and so does a ban. You may complain to the data protection authority where you live.
      </p>
      <h2>Children</h2>
      <p>Nobody under 18 may use Speed Connect. Report “Underage”, and a moderator looks at it ahead of other things.</p>
    </TextPage>
  );
}

function KeptTable() {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">What</th>
          <th scope="col">How long</th>
        </tr>
      </thead>
      <tbody>
        <Kept what="Pictures and sound of a call" long="Never: they do not reach us" />
        <Kept what="The chat of a call, and that the call took place" long="24 hours, so that a report can be looked at" />
        <Kept what="Your list of calls: when, how long, the other’s nickname, what you shared" long="90 days, up to 100 calls" />
        <Kept what="As a guest: your nickname, interests and settings" long="13 hours after you were last here" />
        <Kept what="As an account: your e-mail address, name, interests, settings, friends and blocks" long="Until you erase it, or 400 days after you were last here" />
        <Kept what="A report: the reason, the reporter’s words, the last 20 lines of chat of each side, the facts of the call, what was decided and why" long="One year, or a year longer than what was done about it holds" />
        <Kept what="What moderators did about you, and your appeal" long="A year longer than it holds" />
        <Kept what="Marks of your devices and e-mail address, without your name" long="24 hours after you erase everything, so that a report of your last calls still reaches you; with a report or a ban, as long as that" />
        <Kept what="The moderators’ book: which of them decided what on which report, about which made-up number" long="As long as there is Speed Connect: nothing in it is ever changed" />
        <Kept what="That you agreed to the terms, which version and when" long="As long as your profile" />
        <Kept what="Your network address, to slow down misuse" long="Minutes, in counters, never beside what you say" />
      </tbody>
    </table>
  );
}

function Kept({ what, long }: { readonly what: string; readonly long: string }) {
  return (
    <tr>
      <th scope="row">{what}</th>
      <td>{long}</td>
    </tr>
  );
}
