import { TextPage } from './text-page';

/** The terms, in plain words. */
export function TermsPage() {
  return (
    <TextPage title="Terms" short="Be 18 or older, be kind, and what happens in a call stays between the two of you.">
      <h2>What Speed Connect is</h2>
      <p>
        You press Start and meet somebody you do not know, by video, voice or text, for five minutes. If both of you want it, the call
        goes on longer, you meet again, or you become friends and ring each other. It is free, and you need no account.
      </p>
      <h2>Who may use it</h2>
      <p>
        <strong>You have to be 18 or older.</strong> If we learn that somebody is younger, they are banned and what we keep about them is
        erased as soon as it is not needed to protect somebody.
      </p>
      <h2>What you may not do</h2>
      <ul>
        <li>Show or ask for nudity or anything sexual.</li>
        <li>Threaten, insult, hate, stalk or pressure anybody; show violence or harm to yourself or others.</li>
        <li>Record a call, take pictures of it, or pass on what you saw or heard, unless the other has said yes.</li>
        <li>Pretend to be somebody else, ask for money, advertise, or let a program talk for you.</li>
        <li>Do anything that the law forbids where you or the other are, or that disturbs the service for others.</li>
      </ul>
      <h2>If something is wrong in a call</h2>
      <p>
        Press <strong>Report</strong>: the call ends, you look for somebody else, and a moderator looks at it. Press{' '}
        <strong>Block</strong> and you two never meet again. Both are there in every call, on the card after it, and in the list of your
        calls. The other is not told. Reports that are made up to hurt somebody are against these terms too.
      </p>
      <p>If somebody is in danger right now, call the emergency number of your country first. We cannot see or stop what happens in a call.</p>
      <h2>What moderators do</h2>
      <p>
        Moderators are people, not programs. They see the reason, the words of who reported, the last lines of the chat and the facts of
        the call, but no picture and no sound: those never pass through us. They may dismiss a report, warn, suspend for an hour up to 90
        days, or ban for a year. A ban also holds for the device and the e-mail address.
      </p>
      <h2>If you think they were wrong</h2>
      <p>
        You are told what was decided, why, and until when, and you can appeal once against each decision, in your own words. A second
        moderator, never the one who decided, reads it. While a ban holds you can still see, download and erase what we keep about you.
      </p>
      <h2>Your name and your words</h2>
      <p>What you say and show is yours, and you answer for it. We use it for nothing but to bring it to the other.</p>
      <h2>What we promise, and what we cannot</h2>
      <p>
        We do what we can to keep this place safe, private and there. We cannot promise that it always runs, that you like whom you
        meet, or that others keep to these terms. What the law grants you as a consumer stays as it is.
      </p>
      <h2>Leaving</h2>
      <p>Close the page, and you are gone. Under Account, Privacy you can erase everything at any time.</p>
    </TextPage>
  );
}
