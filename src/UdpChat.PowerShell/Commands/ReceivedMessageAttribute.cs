using System;
using System.Management.Automation;

namespace UdpChat.Commands;

/// <summary>Lets a parameter of type <see cref="ChatMessage"/> take a message that was serialized, as by a job or a file, too.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ReceivedMessageAttribute : ArgumentTransformationAttribute
{
    private const string SerializedTypeName = "Deserialized.UdpChat.ChatMessage";

    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        inputData is PSObject wrapped && wrapped.TypeNames.Contains(SerializedTypeName)
            ? new ChatMessage(Get<string>(wrapped, "From"), Get<string>(wrapped, "To"), Get<string>(wrapped, "Text"), Get<DateTime>(wrapped, "Time"))
            : inputData;

    /// <summary>Whether an object is a message, as it is or serialized.</summary>
    internal static bool IsMessage(PSObject value) => value.BaseObject is ChatMessage || value.TypeNames.Contains(SerializedTypeName);

    private static T Get<T>(PSObject message, string property) => LanguagePrimitives.ConvertTo<T>(message.Properties[property]?.Value);
}
