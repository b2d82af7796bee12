using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace UdpChat.State;

/// <summary>Is told by PowerShell when a runspace imports the module and when it removes it.</summary>
public sealed class ModuleLifetime : IModuleAssemblyInitializer, IModuleAssemblyCleanup
{
    /// <inheritdoc/>
    public void OnImport() => ProcessResources.AddRunspace(Runspace.DefaultRunspace);

    /// <inheritdoc/>
    public void OnRemove(PSModuleInfo psModuleInfo)
    {
        ProcessResources.RemoveRunspace(Runspace.DefaultRunspace, RunspaceResources.Current);
        RunspaceResources.Forget(Runspace.DefaultRunspace);
    }
}
