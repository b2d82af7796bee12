namespace UdpChat.Protocol.Relay.Mail;

/// <summary>The messages for connected users that are in no store yet, in the order in which they would go there.</summary>
internal sealed class LiveMail
{
    private HeldMail? _last;

    /// <summary>The first that will go.</summary>
    public HeldMail? First { get; private set; }

    /// <summary>Adds one that is due after all that are there.</summary>
    public void Add(HeldMail mail)
    {
        mail.IsLive = true;
        mail.LivePrevious = _last;
        mail.LiveNext = null;
        if (_last is not null)
            _last.LiveNext = mail;
        else
            First = mail;
        _last = mail;
    }

    /// <summary>Takes one out, if it is there.</summary>
    public void Remove(HeldMail mail)
    {
        if (!mail.IsLive)
            return;
        mail.IsLive = false;
        if (mail.LivePrevious is not null)
            mail.LivePrevious.LiveNext = mail.LiveNext;
        else
            First = mail.LiveNext;
        if (mail.LiveNext is not null)
            mail.LiveNext.LivePrevious = mail.LivePrevious;
        else
            _last = mail.LivePrevious;
        mail.LiveNext = mail.LivePrevious = null;
    }
}
