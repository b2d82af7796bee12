using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using UdpChat.Protocol.Client;

namespace UdpChat.Host.Chat;

/// <summary>A chat: what is typed is sent, and what arrives is shown in the order in which it happened.</summary>
internal sealed class ChatSession
{
    /// <summary>After how many lines of a file or program the relay is waited for, so that they don't come faster than it takes them.</summary>
    private const int LinesPerRoundTrip = 32;

    /// <summary>How long an output that takes nothing may hold up the end.</summary>
    private static readonly TimeSpan DisplayPatience = TimeSpan.FromSeconds(1);

    private readonly ChatClient _client;
    private readonly DisplayQueue _display;
    private readonly bool _isTyped;
    private readonly HashSet<string> _welcomes = [];
    private volatile TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _failed;
    private bool _wasConnected;
    private string? _recipient;
    private int _sent;

    /// <param name="client">The client, not yet connected.</param>
    /// <param name="display">Shows what happens.</param>
    /// <param name="isTyped">Whether a person types the lines and sees what goes wrong; else the result tells it.</param>
    public ChatSession(ChatClient client, DisplayQueue display, bool isTyped)
    {
        _client = client;
        _display = display;
        _isTyped = isTyped;
        client.MessageReceived += (_, message) => _display.Add(d => d.ShowMessage(message));
        client.NoticeReceived += (_, notice) => OnNotice(notice.Text);
        client.StateChanged += (_, change) => OnStateChange(change);
        client.MessageChanged += (_, message) => OnMessageChanged(message);
    }

    /// <summary>Connects, chats until the lines end, somebody types <c>/quit</c> or it is stopped, and leaves.</summary>
    /// <param name="lines">The lines.</param>
    /// <param name="stop">Stops it.</param>
    /// <returns>False if the lines were not typed and something was not sent or may be lost.</returns>
    /// <exception cref="ChatConnectException">It could not connect.</exception>
    /// <exception cref="IOException">The lines can't be read, or the output has failed.</exception>
    public async Task<bool> RunAsync(LineSource lines, CancellationToken stop)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop, _display.Closed);
        try
        {
            await _client.ConnectAsync(end.Token);
            await _connected.Task.WaitAsync(end.Token); // So that the welcome stands above the first prompt.
            if (!await HandleAllAsync(lines, end.Token))
                _display.Add(d => d.EndLine());
            if (!_isTyped && _sent > 0 && !_client.IsExtended)
                await WaitForNoticesAsync(end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            _display.Add(d => d.EndLine());
        }
        finally
        {
            int lost = await _client.DisconnectAsync();
            if (lost > 0)
                Fail($"Not taken by the relay in time, and given up: {lost} of the messages.");
            await _display.EndAsync(DisplayPatience);
        }
        _display.ThrowIfFailed();
        return !_failed;
    }

    /// <summary>Does what the lines ask for.</summary>
    /// <returns>Whether they asked for the end.</returns>
    private async Task<bool> HandleAllAsync(LineSource lines, CancellationToken cancellationToken)
    {
        ShowPrompt();
        await foreach (string line in lines.ReadAllAsync(cancellationToken))
        {
            if (!await HandleAsync(ChatLine.Parse(line), cancellationToken))
                return true;
            ShowPrompt();
        }
        return false;
    }

    /// <summary>Does what a line asks for.</summary>
    /// <returns>False if it asks for the end.</returns>
    private async Task<bool> HandleAsync(ChatLine line, CancellationToken cancellationToken)
    {
        switch (line.Kind)
        {
            case ChatLineKind.Say:
                await SendAsync(line.Text, cancellationToken);
                break;
            case ChatLineKind.SayTo:
                _recipient = line.To;
                await SendAsync(line.Text, cancellationToken);
                break;
            case ChatLineKind.To:
                _recipient = line.To;
                break;
            case ChatLineKind.Help:
                foreach (string help in ChatLine.Help)
                    _display.AddRemark(help);
                break;
            case ChatLineKind.Wrong:
                Fail(line.Text);
                break;
            case ChatLineKind.Quit:
                return false;
        }
        return true;
    }

    private async Task SendAsync(string text, CancellationToken cancellationToken)
    {
        if (_recipient is null)
        {
            Fail("Not sent, because nobody is the recipient yet; write 'Annie: hi', or '/to Annie' first.");
            return;
        }
        if (_isTyped && text.Any(c => char.IsControl(c) && c != '\t'))
        {
            Fail("Not sent, because a control character was in it, such as the Esc key's; type it again.");
            return;
        }
        try
        {
            await _client.SendAsync(_recipient, text, cancellationToken);
        }
        catch (ChatException e)
        {
            Fail(e.Message);
            return;
        }
        _sent++;
        if (!_isTyped && !_client.IsExtended && _sent % LinesPerRoundTrip == 0)
            await _client.RoundTripAsync(_client.Options.ConnectTimeout, cancellationToken);
    }

    /// <summary>Waits until the relay has seen what was sent, so that its notices about it are here.</summary>
    private async Task WaitForNoticesAsync(CancellationToken cancellationToken)
    {
        TimeSpan patience = _client.Options.ConnectTimeout;
        try
        {
            await _connected.Task.WaitAsync(patience, cancellationToken);
        }
        catch (TimeoutException)
        {
            return; // It was said that the connection is lost.
        }
        if (await _client.RoundTripAsync(patience, cancellationToken) is null)
            Fail("The relay doesn't answer; what was sent last may be lost.");
    }

    private void OnNotice(string text)
    {
        // A welcome may come twice, and comes again when the relay was restarted; then it is not about what was sent.
        if (!_wasConnected)
            _welcomes.Add(text);
        else if (!_welcomes.Contains(text))
            Fail(text);
    }

    private void OnMessageChanged(ChatMessage message)
    {
        // What was not sent because the chat has ended is counted at its end.
        if (message.State == ChatMessageState.Failed && message.ErrorCode != "closed")
            Fail($"{message.Error}{(message.MayHaveArrived ? " It may have arrived all the same." : "")}");
    }

    private void OnStateChange(ChatStateChange change)
    {
        switch (change.State)
        {
            case ChatConnectionState.Connected:
                if (_wasConnected)
                    _display.AddRemark(change.Reason);
                else if (_isTyped)
                    Welcome();
                _wasConnected = true;
                _connected.TrySetResult();
                break;
            case ChatConnectionState.Reconnecting:
                _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
                Fail(change.Reason);
                break;
        }
    }

    private void Welcome()
    {
        _display.AddRemark($"{_client.Name} is connected to {_client.Server}. /help shows what can be typed.");
        foreach (string welcome in _welcomes)
            _display.AddRemark(welcome);
    }

    /// <summary>Says that something was not sent or may be lost.</summary>
    private void Fail(string remark)
    {
        _failed |= !_isTyped;
        _display.AddRemark(remark);
    }

    private void ShowPrompt()
    {
        string? recipient = _recipient;
        _display.Add(d => d.ShowPrompt(recipient));
    }
}
