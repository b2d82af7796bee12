using System;
using System.Collections.Generic;

namespace UdpChat.Testing.Extended;

/// <summary>A message of the story, and all that has become of it.</summary>
internal sealed class Letter(string from, int fromLife, string to, string text, TimeSpan sentAt)
{
    /// <summary>The sender.</summary>
    public string From { get; } = from;

    /// <summary>Which start of the sender's process sent it.</summary>
    public int FromLife { get; } = fromLife;

    /// <summary>The recipient.</summary>
    public string To { get; } = to;

    /// <summary>The text, like no other.</summary>
    public string Text { get; } = text;

    /// <summary>When it was given to the sender's client.</summary>
    public TimeSpan SentAt { get; } = sentAt;

    /// <summary>Its number in the sender's incarnation, and this; 0 for a plain client's.</summary>
    public long Number { get; set; }

    /// <inheritdoc cref="Number"/>
    public long Incarnation { get; set; }

    /// <summary>What its sender was told last.</summary>
    public Report Report { get; set; }

    /// <summary>Why it has failed.</summary>
    public string Code { get; set; } = "";

    /// <summary>Whether its sender was told that it may have arrived though it has failed.</summary>
    public bool MayHaveArrived { get; set; }

    /// <summary>The starts of the recipient's process that took it.</summary>
    public List<int> TakenBy { get; } = [];

    /// <summary>Whether the recipient's process died while the relay still had it, though it was taken; or both died before the sender knew.</summary>
    public bool MayDouble { get; set; }

    /// <summary>Whether the relay died before the sender was told, who sends it again, and was not told since.</summary>
    public bool WasUndecided { get; set; }

    /// <summary>Whether a relay without a store died with it.</summary>
    public bool WentDown { get; set; }

    /// <inheritdoc/>
    public override string ToString()
    {
        string text = Text.Length > 40 ? Text.Substring(0, 40) : Text;
        return $"{From}.{FromLife}-{Number} to {To} '{text.Replace("\n", "\\n").Replace("\r", "\\r")}' ({Report} {Code}, taken by [{string.Join(", ", TakenBy)}])";
    }
}
