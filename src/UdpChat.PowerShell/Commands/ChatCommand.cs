using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using UdpChat.Errors;
using UdpChat.State;

namespace UdpChat.Commands;

/// <summary>What the module's cmdlets have in common: finding their connection, telling what happened on it, and waits that end when the pipeline is stopped.</summary>
public abstract class ChatCommand : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private DatagramTrace? _trace;

    /// <summary>Only derived here.</summary>
    private protected ChatCommand()
    {
    }

    /// <summary>What this runspace has opened.</summary>
    private protected RunspaceResources Own { get; private set; } = null!;

    /// <summary>Ends this cmdlet's waits.</summary>
    private protected Signal Wake { get; } = new();

    /// <summary>Cancelled when the pipeline is stopped.</summary>
    private protected CancellationToken StopToken => _stop.Token;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        Own = RunspaceResources.Current;
        bool isDebugging = MyInvocation.BoundParameters.TryGetValue("Debug", out object? given)
            ? (SwitchParameter)given
            : LanguagePrimitives.ConvertTo<ActionPreference>(GetVariableValue("DebugPreference")) != ActionPreference.SilentlyContinue;
        _trace = isDebugging ? new DatagramTrace(Wake.Set) : null;
    }

    /// <inheritdoc/>
    protected override void StopProcessing()
    {
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has ended meanwhile.
        }
        Wake.Set();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Dispose();
        _trace?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Waits for a task. Meanwhile it tells what happens on a connection.</summary>
    /// <param name="task">Ends when <see cref="StopToken"/> is cancelled, or soon anyway.</param>
    /// <param name="connection">Whose remarks to tell.</param>
    private protected void Await(Task task, ChatConnection connection) => Await(task, [connection]);

    /// <summary>The same with several connections.</summary>
    private protected void Await(Task task, IReadOnlyCollection<ChatConnection> connections)
    {
        if (!task.IsCompleted)
            WaitForActivity(task, connections);
        if (Stopping)
            throw new PipelineStoppedException();
        WriteRemarks(connections);
        task.GetAwaiter().GetResult();
    }

    private void WaitForActivity(Task task, IReadOnlyCollection<ChatConnection> connections)
    {
        foreach (ChatConnection connection in connections)
            connection.Activity += Wake.Set;
        try
        {
            _ = task.ContinueWith(_ => Wake.Set(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            while (!task.IsCompleted && !Stopping)
            {
                Wake.Wait();
                WriteRemarks(connections);
            }
        }
        finally
        {
            foreach (ChatConnection connection in connections)
                connection.Activity -= Wake.Set;
        }
    }

    private void WriteRemarks(IReadOnlyCollection<ChatConnection> connections)
    {
        foreach (ChatConnection connection in connections)
            WriteRemarks(connection);
    }

    /// <summary>Shows a connection's datagrams from now on, if that is wanted.</summary>
    private protected ChatConnection Trace(ChatConnection connection)
    {
        _trace?.Add(connection.Client);
        return connection;
    }

    /// <summary>Whether the cmdlet writes an error if a message fails, so that no remark is to tell it too.</summary>
    private protected virtual bool TellsItself(ChatMessage message) => false;

    /// <summary>Tells that a message has failed. Its connection may be about to do so, and then need not.</summary>
    private protected void WriteFailure(ChatMessage message)
    {
        message.IsFailureTold = true;
        WriteError(ErrorRecords.DeliveryFailed(message));
    }

    /// <summary>Tells what happened on a connection that no cmdlet has told yet.</summary>
    private protected void WriteRemarks(ChatConnection connection)
    {
        while (_trace?.TryTake() is { } datagram)
            WriteDebug(datagram);
        while (connection.TryTakeRemark() is { } remark)
        {
            if (remark.Message is { } message && (message.IsFailureTold || TellsItself(message)))
                continue;
            if (remark.IsWarning)
                WriteWarning(remark.Text);
            else
                WriteVerbose(remark.Text);
        }
    }

    /// <summary>The open connection that is meant by a <c>-Connection</c> parameter, or by its absence.</summary>
    /// <param name="given">A connection, a name, or null for the default.</param>
    private protected ChatConnection GetConnection(object? given)
    {
        if (given is null)
            return Trace(Own.TryGetDefault() ?? throw Terminate(NoDefault()));
        IReadOnlyList<ChatConnection> found = FindConnections(given);
        return found.Count switch
        {
            0 => throw Terminate(ErrorRecords.ConnectionNotFound(given.ToString()!)),
            1 => Trace(found[0]),
            _ => throw Terminate(ErrorRecords.AmbiguousConnection(found)),
        };
    }

    /// <summary>The open connections that are meant by one value of a <c>-Connection</c> parameter, none if it is a name and nobody has it.</summary>
    private protected IReadOnlyList<ChatConnection> FindConnections(object given)
    {
        switch (given is PSObject wrapped ? wrapped.BaseObject : given)
        {
            case ChatConnection connection:
                return connection.IsOpen ? [connection] : throw Terminate(ErrorRecords.ConnectionClosed(connection));
            case string name:
                return FindConnections(name);
            default:
                throw Terminate(ErrorRecords.InvalidConnection(given));
        }
    }

    /// <summary>The open connections of a name, or if there are none, those for which it stands as a wildcard.</summary>
    private protected static IReadOnlyList<ChatConnection> FindConnections(string name)
    {
        var pattern = new NamePattern(name);
        IReadOnlyList<ChatConnection> all = ProcessResources.Connections;
        List<ChatConnection> exact = all.Where(c => pattern.IsExactly(c.Name)).ToList();
        return exact.Count > 0 ? exact : all.Where(c => pattern.Matches(c.Name)).ToList();
    }

    /// <summary>The options with a parameter's value, if it was given.</summary>
    /// <typeparam name="T">The options' type.</typeparam>
    private protected T With<T>(string parameter, T options, Func<T, T> set)
    {
        if (!MyInvocation.BoundParameters.ContainsKey(parameter))
            return options;
        try
        {
            return set(options);
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw Terminate(ErrorRecords.OutOfRange(parameter, e));
        }
    }

    /// <summary>Ends the command with an error: <c>throw</c> what it returns, so that the compiler knows.</summary>
    private protected Exception Terminate(ErrorRecord error)
    {
        ThrowTerminatingError(error);
        return error.Exception;
    }

    private ErrorRecord NoDefault()
    {
        if (Own.HasFailedToConnect)
            return ErrorRecords.LastConnectFailed();
        if (Own.ReplacedDefault is { } replaced)
            return ErrorRecords.ConnectionClosed(replaced);
        return ProcessResources.Connections is { Count: > 0 } all ? ErrorRecords.AmbiguousConnection(all) : ErrorRecords.NoConnection();
    }
}
