using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Threading.Tasks;

namespace UdpChat.ModuleTests.Hosting;

/// <summary>A runspace of the real engine that has imported the module.</summary>
internal sealed class Session : IDisposable
{
    private static readonly TimeSpan Safety = TimeSpan.FromSeconds(60);

    public Session()
    {
        Runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
        Runspace.Open();
        Set("Manifest", ModuleUnderTest.Manifest);
        Run("Import-Module $Manifest -ErrorAction Stop");
    }

    public Runspace Runspace { get; }

    /// <summary>Sets a variable.</summary>
    public void Set(string name, object? value) => Runspace.SessionStateProxy.SetVariable(name, value);

    /// <summary>Starts a script, as if it was typed at the prompt.</summary>
    public Invocation Start(string script)
    {
        PowerShell shell = PowerShell.Create();
        shell.Runspace = Runspace;
        return new Invocation(shell.AddScript(script));
    }

    /// <summary>Runs a script to its end, whatever errors it meets.</summary>
    public Invocation Invoke(string script)
    {
        Invocation invocation = Start(script);
        invocation.EndAsync().GetAwaiter().GetResult();
        return invocation;
    }

    /// <summary>Runs a script that must meet no error.</summary>
    public IReadOnlyList<PSObject> Run(string script)
    {
        using Invocation invocation = Invoke(script);
        Assert.Null(invocation.Failure?.ToString());
        Assert.Empty(invocation.Errors);
        return invocation.Output.ToList();
    }

    /// <summary>Runs a script that must meet no error and give one value.</summary>
    public T Get<T>(string script) => LanguagePrimitives.ConvertTo<T>(Assert.Single(Run(script)));

    /// <summary>Runs a script that must be ended by an error with this id.</summary>
    public ErrorRecord Fails(string script, string id)
    {
        using Invocation invocation = Invoke(Rethrowing(script));
        Assert.NotNull(invocation.Failure);
        return HasId(invocation.Failure, id);
    }

    /// <summary>Runs a script that must meet one error with this id and go on.</summary>
    public ErrorRecord Complains(string script, string id)
    {
        using Invocation invocation = Invoke(Rethrowing(script));
        Assert.Null(invocation.Failure?.ToString());
        return HasId(Assert.Single(invocation.Errors), id);
    }

    /// <summary>Ends all that the module has opened here, and everything if no other session is left.</summary>
    public void Dispose()
    {
        if (Runspace.RunspaceStateInfo.State == RunspaceState.Opened)
            Run("if (Get-Module UdpChat) { Remove-Module UdpChat }");
        Assert.True(Task.Run(Runspace.Dispose).Wait(Safety));
    }

    /// <summary>At a prompt an error that ends a command lets the script go on, as one that doesn't; only a try block tells them apart.</summary>
    private static string Rethrowing(string script) => $"try {{ {script} }} catch {{ throw }}";

    private static ErrorRecord HasId(ErrorRecord error, string id)
    {
        Assert.Equal(id, error.FullyQualifiedErrorId.Split(',')[0]);
        return error;
    }
}
