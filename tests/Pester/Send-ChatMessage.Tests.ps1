BeforeAll {
    Import-Module "$PSScriptRoot/../../UdpChat.psd1"
    $script:relay = Start-ChatRelay -Port 0 -Address 127.0.0.1
    $null = Connect-ChatServer Annie $script:relay.LocalEndPoint
    $null = Connect-ChatServer Bob $script:relay.LocalEndPoint
}

AfterAll {
    Get-ChatConnection | Disconnect-ChatServer
    Get-ChatRelay | Stop-ChatRelay
}

Describe 'Send-ChatMessage' {
    It 'sends what is said as <Form>' -ForEach @(
        @{ Form = { Send-ChatMessage Annie 'hi' }; Expected = 'hi' }
        @{ Form = { Send-ChatMessage -To Annie -Message 'hi' }; Expected = 'hi' }
        @{ Form = { 'hi' | Send-ChatMessage Annie }; Expected = 'hi' }
        @{ Form = { 1 | Send-ChatMessage Annie }; Expected = '1' }
        @{ Form = { [pscustomobject]@{ To = 'Annie'; Text = 'hi' } | Send-ChatMessage }; Expected = 'hi' }
        @{ Form = { [pscustomobject]@{ To = 'Annie'; Message = 'hi' } | Send-ChatMessage }; Expected = 'hi' }
        @{ Form = { 'hi' | Send-ChatMessage -To { 'Annie' } -Message { "echo: $_" } }; Expected = 'echo: hi' }
    ) {
        . $Form
        (Receive-ChatMessage -Connection Annie -Count 1 -Timeout 30).Text | Should -Be $Expected
    }

    It 'sends to each of several' {
        (Send-ChatMessage Annie, Bob 'hi' -PassThru).To | Should -Be @('Annie', 'Bob')
        (Receive-ChatMessage -Connection Annie, Bob -Count 2 -Timeout 30).To | Should -HaveCount 2
    }

    It 'sends the rows of a CSV file' -Tag 'pwsh' {
        "To,Text`nAnnie,one`nAnnie,two" | ConvertFrom-Csv | Send-ChatMessage
        (Receive-ChatMessage -Connection Annie -Count 2 -Timeout 30).Text | Should -Be @('one', 'two')
    }

    It 'forwards and answers a received message' {
        Send-ChatMessage Bob 'hi' -Connection Annie
        $message = Receive-ChatMessage -Connection Bob -Count 1 -Timeout 30
        $message | Send-ChatMessage Annie
        Send-ChatMessage -ReplyTo $message 'yes'
        $message | Send-ChatMessage -ReplyTo { $_ } -Message { "echo: $($_.Text)" }
        (Receive-ChatMessage -Connection Annie -Count 3 -Timeout 30).Text | Should -Be @('hi', 'yes', 'echo: hi')
    }

    It 'does not send a received message back to its reader' {
        Send-ChatMessage Bob 'hi' -Connection Annie
        $message = Receive-ChatMessage -Connection Bob -Count 1 -Timeout 30
        { $message | Send-ChatMessage -ErrorAction Stop } |
            Should -Throw -ErrorId 'MessageWithoutRecipient,UdpChat.Commands.SendChatMessageCommand' -ExpectedMessage '*-ReplyTo*'
    }

    It 'does not send a row as text' {
        { [pscustomobject]@{ To = 'Annie'; Other = 'x' } | Send-ChatMessage -ErrorAction Stop } |
            Should -Throw -ErrorId 'TextMissing,UdpChat.Commands.SendChatMessageCommand'
    }

    It 'refuses what is too large' {
        { Send-ChatMessage Annie ('x' * 65537) -ErrorAction Stop } |
            Should -Throw -ErrorId 'MessageTooLarge,UdpChat.Commands.SendChatMessageCommand'
    }

    It 'waits until the recipient has it when asked to' {
        (Send-ChatMessage Annie 'hi' -WaitFor Delivered -Timeout 30 -PassThru).State | Should -Be 'Delivered'
        (Receive-ChatMessage -Connection Annie).Text | Should -Be 'hi'
    }

    It 'gives the messages with their state when asked to' {
        $sent = Send-ChatMessage Bob 'hi' -PassThru
        ($sent | Wait-ChatMessage -Timeout 30).State | Should -Be 'Delivered'
        $sent.Time | Should -BeOfType ([datetime])
        $null = Receive-ChatMessage -Count 1 -Timeout 30
    }
}
