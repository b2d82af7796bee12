using System;
using System.Management.Automation;
using System.Security;

namespace UdpChat.Commands;

/// <summary>Refuses a token that is not a <see cref="SecureString"/> without repeating it, as PowerShell's own error would.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SecretTokenAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) is SecureString or null
            ? inputData!
            : throw new ArgumentTransformationMetadataException("A token is given as a SecureString, as GetToken() of a connection and Read-Host -AsSecureString give it.");
}
