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

Describe 'Wait-ChatMessage' {
    It 'waits until the recipients have the messages, and gives them' {
        $messages = 'a', 'b' | Send-ChatMessage Annie -PassThru | Wait-ChatMessage -Timeout 30
        $messages.Text | Should -Be @('a', 'b')
        $messages.State | Should -Be @('Delivered', 'Delivered')
        (Receive-ChatMessage -Connection Annie).Text | Should -Be @('a', 'b')
    }

    It 'waits until the relay has them when asked to' {
        $message = Send-ChatMessage Annie 'hi' -PassThru
        $null = Wait-ChatMessage $message -For Accepted -Timeout 30
        $message.State | Should -Not -Be 'Queued'
    }

    It 'does not wait for what was received' {
        Send-ChatMessage Bob 'hi'
        $received = Receive-ChatMessage -Count 1 -Timeout 30
        { Wait-ChatMessage $received -ErrorAction Stop } | Should -Throw -ErrorId 'NotSentHere,UdpChat.Commands.WaitChatMessageCommand'
    }
}
