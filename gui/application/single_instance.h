// One running workstation per user: a second start hands its files to the first.
#pragma once

#include <QLocalServer>
#include <QObject>
#include <QStringList>

namespace heapprof::gui {

class SingleInstance : public QObject {
    Q_OBJECT

public:
    /// `name` tells apart what must not meet: users, and displays of one user.
    explicit SingleInstance(QString name, QObject* parent = nullptr);
    static QString defaultName();

    /// Hands absolute `files` to the running instance; true when that one took them.
    bool handOver(const QStringList& files);
    /// Takes the files of later starts from now on. What a crashed instance left behind is cleared away. False when
    /// another instance is listening, or the system does not let us.
    bool listen();

signals:
    void filesReceived(const QStringList& files);

private:
    void accept();

    const QString m_name;
    QLocalServer m_server;
};

}  // namespace heapprof::gui
